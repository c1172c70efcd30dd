import { expect, it } from 'vitest'
import { anObservation, aSessionEvent, T0 } from '../given.js'
import { inMemory, SECRET_KEY } from '../http/given.js'
import { startFakeClerk, type FakeClerkOptions } from '../clerk/given/fake-clerk.js'
import { failedWith, folderWith, linesOf, type Started } from './given/folder.js'
import { runInProcess } from './given/in-process.js'
import { startServer } from './given/server.js'

const COUNT = 12

/** A Clerk with twelve users, each with one session on a device of their own, in pages of three users. */
const givenClerk = async (options: Partial<FakeClerkOptions> = {}) => {
  const truth = inMemory()
  const numbers = Array.from({ length: COUNT }, (_, index) => index + 10)
  await truth.record(
    numbers.map((number) =>
      aSessionEvent({
        ...{ id: `sess_${number}`, user_id: `user_${number}`, client_id: `client_${number}` },
        ...{ expire_at: T0 * 2, abandon_at: T0 * 2 },
      }),
    ),
  )
  await truth.record(anObservation({ id: 'client_10', sign_in_id: 'sia_1' }))
  const users = numbers.map((number) => ({
    ...{ id: `user_${number}`, created_at: T0 + number, last_active_at: T0 + number },
  }))
  const clerk = await startFakeClerk({ truth, users, longestPage: 3, ...options })
  const folder = await folderWith()
  const args = (...more: ReadonlyArray<string>) => ['backfill', '--api-url', clerk.url, ...more]
  const env = { CLERK_SECRET_KEY: SECRET_KEY }
  return {
    ...{ clerk, folder, truth },
    run: (...more: ReadonlyArray<string>) => folder.run(args(...more), { env }),
    start: (...more: ReadonlyArray<string>) => folder.start(args(...more), env),
  }
}

const summary = (counts: Partial<Record<string, number>>, word = 'recorded'): string => {
  const { users = 0, clients = 0, recorded = 0, known = 0, gone = 0, unclear = 0 } = counts
  return `users ${users}, clients ${clients}: ${word} ${recorded}, known ${known}, gone ${gone}, erased 0, unclear ${unclear}\n`
}

const ALL = { users: COUNT, clients: COUNT, recorded: COUNT }

it('backfill creates a store that answers as Clerk does, and then finds everything known', async () => {
  const { folder, run } = await givenClerk()
  expect(await run()).toEqual({ code: 0, stdout: summary(ALL), stderr: '' })
  const { stdout } = await folder.run(['show', 'client_10'])
  expect(JSON.parse(stdout)).toMatchObject({ sign_in_id: 'sia_1', session_ids: ['sess_10'] })
  const again = await run()
  expect(again.stdout).toBe(summary({ users: COUNT, clients: COUNT, known: COUNT }))
})

it('backfill --dry-run counts, and creates no store', async () => {
  const { folder, run } = await givenClerk()
  expect((await run('--dry-run')).stdout).toBe(summary(ALL, 'to record'))
  expect(await folder.names()).toEqual([])
})

it('backfill --since reads the users who were active since then', async () => {
  const { run } = await givenClerk()
  const { stdout } = await run('--since', String(T0 + 19))
  expect(stdout).toBe(summary({ users: 3, clients: 3, recorded: 3 }))
})

it('backfill --user reads from clientfold serve too, and all users do not exist there', async () => {
  const source = await folderWith()
  const line = JSON.stringify(aSessionEvent({ expire_at: T0 * 2, abandon_at: T0 * 2 }))
  await source.run(['import', '-'], { input: `${line}\n` })
  const server = await startServer(source)
  const folder = await folderWith()
  const env = { CLERK_SECRET_KEY: SECRET_KEY }
  const args = ['backfill', '--api-url', server.url]
  const named = await folder.run([...args, '--user', 'user_1', 'user_2'], { env })
  expect(named).toMatchObject({ code: 0, stdout: summary({ users: 2, clients: 1, recorded: 1 }) })
  const shown = await Promise.all([source, folder].map((each) => each.run(['show', 'client_1'])))
  expect(shown[1]).toEqual(shown[0])
  expect(await folder.run(args, { env })).toEqual(
    failedWith(
      'Clerk did not answer the list of users (status 501): this server does not list users, so name the users whose clients to read',
    ),
  )
  server.kill('SIGTERM')
  await server.ended
})

it('backfill names on stderr what it could not read, and exits with 1', async () => {
  const { run } = await givenClerk({
    failing: (_, path) => (/client_11|user_id=user_12/.test(path) ? { status: 400 } : undefined),
  })
  const { code, stdout, stderr } = await run()
  expect(code).toBe(1)
  const names = ['client client_11: status 400', 'user user_12: status 400']
  expect([...linesOf(stderr)].sort()).toEqual(names)
  expect(stdout).toBe(
    summary({ users: COUNT, clients: COUNT - 1, recorded: COUNT - 2, unclear: 2 }),
  )
})

it('backfill --resume goes on after the users who are done, and removes its file at the end', async () => {
  let isRefused = true
  const { clerk, folder, run } = await givenClerk({
    failing: (_, path) => (isRefused && path.includes('user_16') ? { status: 401 } : undefined),
  })
  const refused = await run('--resume', 'progress.json')
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toMatch(/^clientfold: Clerk refused the secret key[^\n]*\n$/)
  const text = await folder.read('progress.json')
  expect(JSON.parse(text)).toMatchObject({ createdFrom: T0 + 14, users: 5 })
  isRefused = false
  const begin = clerk.requests.length
  expect(await run('--resume', 'progress.json')).toMatchObject({ code: 0, stderr: '' })
  expect(clerk.requests.slice(begin).filter((path) => /user_1[0-3]/.test(path))).toEqual([])
  expect(await folder.names()).not.toContain('progress.json')
  const { stdout } = await run()
  expect(stdout).toBe(summary({ users: COUNT, clients: COUNT, known: COUNT }))
})

it('backfill --resume refuses the file of another backfill, and a file that it did not write', async () => {
  const { folder, run } = await givenClerk({
    failing: (_, path) => (path.includes('user_16') ? { status: 401 } : undefined),
  })
  await run('--resume', 'progress.json')
  const text = await folder.read('progress.json')
  expect(await run('--resume', 'progress.json', '--since', '2026-01-01')).toEqual(
    failedWith(
      'progress.json belongs to a backfill with another --store, --api-url or --since: use the same ones, or name another file; to begin with the first user again, delete it',
    ),
  )
  await folder.write('notes', 'canary')
  const refused = await run('--resume', 'notes')
  expect(refused.stderr).toContain('notes does not hold the progress of a backfill')
  expect(refused.stderr).not.toContain('canary')
  expect(await folder.read('notes')).toBe('canary')
  expect(await folder.read('progress.json')).toBe(text)
})

it.each([
  {
    signal: 'SIGINT',
    code: 130,
    options: ['--resume', 'file'],
    hint: 'Run the same command again',
  },
  { signal: 'SIGTERM', code: 143, options: [], hint: 'with --resume FILE' },
] as const)('backfill ends at $signal, says how to go on, and goes on', async (row) => {
  const running: { started?: Started; isOver?: true } = {}
  const { run, start } = await givenClerk({
    failing: (count) => {
      if (running.isOver || count < 14) return undefined
      running.started?.child.kill(row.signal)
      // The signal ends the waiting, too.
      return { status: 429, retryAfter: '30' }
    },
  })
  running.started = start(...row.options)
  const { code, stdout, stderr } = await running.started.ended
  expect(code).toBe(row.code)
  expect(stderr).toMatch(/^stopped\. [^\n]+\n$/)
  expect(stderr).toContain(row.hint)
  expect(stdout).toMatch(/^users [35], clients \d+: recorded \d+,[^\n]*\n$/)
  running.isOver = true
  expect(await run(...row.options)).toMatchObject({ code: 0, stderr: '' })
  expect((await run()).stdout).toBe(summary({ users: COUNT, clients: COUNT, known: COUNT }))
})

it.each([
  { args: ['--user', 'user_1', '--since', '2026-01-01'], problem: /'--since/ },
  { args: ['--user', 'user_1', '--resume', 'file'], problem: /'--resume/ },
  { args: ['--dry-run', '--resume', 'file'], problem: /'--resume/ },
  { args: ['--since', 'canary'], problem: /Expected epoch milliseconds/ },
])('backfill refuses $args', async ({ args, problem }) => {
  const { code, stderr } = await runInProcess(['backfill', ...args])
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(problem) as string })
})
