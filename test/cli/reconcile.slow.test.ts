import { expect, it } from 'vitest'
import { aSessionEvent, MINUTE, T0 } from '../given.js'
import { eventText } from '../../src/events/encode-event.js'
import { inMemory, SECRET_KEY } from '../http/given.js'
import { clerkWith, type Override } from '../clerk/given/served-log.js'
import { logOf } from '../replay/log-bytes.js'
import { failedWith, folderWith, linesOf, type Ended } from './given/folder.js'

const ACTIVE = aSessionEvent({ expire_at: T0 * 2, abandon_at: T0 * 2 })
const ENDED = { ...ACTIVE, data: { ...ACTIVE.data, status: 'ended', updated_at: T0 + MINUTE } }
const OTHER = aSessionEvent({ client_id: 'client_2', id: 'sess_2', status: 'ended' })
const GONE = aSessionEvent({ client_id: 'client_3', id: 'sess_3', status: 'ended' })

const givenDrift = async (override?: Override) => {
  const clerk = inMemory()
  await clerk.record([ENDED as never, OTHER])
  const { url } = await clerkWith(clerk, override)
  const folder = await folderWith({ log: logOf(...[ACTIVE, OTHER, GONE].map(eventText)) })
  await folder.run(['import', 'log'])
  const run = (...args: ReadonlyArray<string>): Promise<Ended> =>
    folder.run(['reconcile', '--api-url', url, ...args], { env: { CLERK_SECRET_KEY: SECRET_KEY } })
  return { folder, run }
}

const TOTAL = { clients: 3, agreeing: 1, drifting: 1, gone: 1, unclear: 0, recorded: 1 }

it('reconcile reports the differences, records them, and then finds none', async () => {
  const { folder, run } = await givenDrift()
  const { code, stdout, stderr } = await run()
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = linesOf(stdout).map((line) => JSON.parse(line) as { client: string })
  expect(lines.at(-1)).toEqual({ total: TOTAL })
  const differences = lines
    .slice(0, -1)
    .sort((left, right) => (left.client < right.client ? -1 : 1))
  expect(differences).toEqual([
    {
      client: 'client_1',
      result: 'compared',
      drift: [
        { _tag: 'StatusDiffers', sessionId: 'sess_1', log: 'active', clerk: 'ended' },
        { _tag: 'SessionDiffers', sessionId: 'sess_1', keys: ['updated_at'] },
        { _tag: 'ClientDiffers', keys: ['last_active_session_id', 'updated_at'] },
      ],
      isRecorded: true,
    },
    { client: 'client_3', result: 'gone', live: [] },
  ])
  expect((await folder.run(['show', 'client_1'])).stdout).toContain('"status": "ended"')
  expect((await run('--format', 'table')).stdout).toMatch(
    /\n3 clients: 2 agree, 0 drift, 1 gone there, 0 cannot be compared; 0 recorded\n$/,
  )
})

it('reconcile --dry-run records nothing, and --format table writes a table', async () => {
  const { folder, run } = await givenDrift()
  const { code, stdout } = await run('--dry-run', '--format', 'table')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^client_1 +sess_1 +active +ended$/m)
  expect(stdout).toMatch(/^client_3 +the client +0 live +unknown there$/m)
  expect(stdout).toContain('1 agree, 1 drift, 1 gone there, 0 cannot be compared; 0 recorded')
  expect((await folder.run(['show', 'client_1'])).stdout).toContain('"status": "active"')
})

it('reconcile exits with 1 if some clients could not be compared', async () => {
  const { run } = await givenDrift(({ url }) =>
    url.includes('client_2') ? Response.json({ canary: 1 }) : undefined,
  )
  const { code, stdout } = await run('--dry-run')
  expect(code).toBe(1)
  expect(stdout).toMatch(/"result":"unclear","reason":"[^"]+"/)
  expect(stdout).not.toContain('canary')
})

it('reconcile names the secret key if it is not set', async () => {
  const ended = await (await folderWith()).run(['reconcile'], { env: { CLERK_SECRET_KEY: '' } })
  expect(ended).toEqual(
    failedWith(
      'the environment variable CLERK_SECRET_KEY is not set; set it to the secret key of your Clerk instance (sk_…)',
    ),
  )
})

it('reconcile does not create a store', async () => {
  const folder = await folderWith()
  const ended = await folder.run(['reconcile'], { env: { CLERK_SECRET_KEY: SECRET_KEY } })
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toMatch(/^clientfold: the SQLite file clients\.db does not exist; [^\n]+\n$/)
  expect(await folder.names()).toEqual([])
})

it('reconcile ends if Clerk refuses the secret key, and does not show the key', async () => {
  const { run } = await givenDrift(() => new Response('{}', { status: 401 }))
  const { code, stdout, stderr } = await run()
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^clientfold: [^\n]*secret key[^\n]*\n$/)
  expect(stderr).not.toContain(SECRET_KEY)
})

it('reconcile --client compares only these clients', async () => {
  const { run } = await givenDrift()
  const { stdout } = await run('--client', 'client_2', 'client_3', '--format', 'table')
  expect(stdout).toContain('2 clients: 1 agree, 0 drift, 1 gone there, 0 cannot be compared')
})

it('reconcile --user finds a client that no webhook has named', async () => {
  const clerk = inMemory()
  await clerk.record([ACTIVE, OTHER])
  const { url } = await clerkWith(clerk)
  const folder = await folderWith({ log: logOf(eventText(OTHER)) })
  await folder.run(['import', 'log'])
  const args = ['reconcile', '--api-url', url, '--user', 'user_1', '--format', 'table']
  const { stdout } = await folder.run(args, { env: { CLERK_SECRET_KEY: SECRET_KEY } })
  expect(stdout).toMatch(/^client_1 +the client +unknown +sessions: 1$/m)
  expect(stdout).toContain('2 clients: 1 agree, 1 drift')
})
