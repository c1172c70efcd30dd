import { describe, expect, it } from 'vitest'
import { aSessionEvent, MINUTE, T0 } from '../given.js'
import { eventText } from '../../src/events/encode-event.js'
import { inMemory, SECRET_KEY } from '../http/given.js'
import { clerkWith, type Override } from '../clerk/given.js'
import { logOf } from '../replay/log-bytes.js'
import { type Ended, folderWith, linesOf } from './given/folder.js'

const ACTIVE = aSessionEvent({ expire_at: T0 * 2, abandon_at: T0 * 2 })
const ENDED = { ...ACTIVE, data: { ...ACTIVE.data, status: 'ended', updated_at: T0 + MINUTE } }
const OTHER = aSessionEvent({ client_id: 'client_2', id: 'sess_2', status: 'ended' })
const GONE = aSessionEvent({ client_id: 'client_3', id: 'sess_3', status: 'ended' })

const given = async (override?: Override) => {
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

describe.concurrent('clientfold reconcile', () => {
  it('tells what drifts, records it, and then has nothing more to tell', async () => {
    const { folder, run } = await given()
    const { code, stdout, stderr } = await run()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = linesOf(stdout).map((line) => JSON.parse(line) as { client: string })
    expect(lines.at(-1)).toEqual({ total: TOTAL })
    const told = lines.slice(0, -1).sort((left, right) => (left.client < right.client ? -1 : 1))
    expect(told).toEqual([
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
      /\n3 clients: 2 agree, 0 drift, 1 gone there, 0 cannot be told; 0 recorded\n$/,
    )
  })

  it('records nothing in a dry run, and shows a table to people', async () => {
    const { folder, run } = await given()
    const { code, stdout } = await run('--dry-run', '--format', 'table')
    expect(code).toBe(0)
    expect(stdout).toMatch(/│ client_1 +│ sess_1 +│ active +│ ended +│/)
    expect(stdout).toMatch(/│ client_3 +│ the client +│ 0 live +│ unknown there +│/)
    expect(stdout).toContain('1 agree, 1 drift, 1 gone there, 0 cannot be told; 0 recorded')
    expect((await folder.run(['show', 'client_1'])).stdout).toContain('"status": "active"')
  })

  it('says by its exit code that some could not be compared', async () => {
    const { run } = await given(({ url }) =>
      url.includes('client_2') ? Response.json({ canary: 1 }) : undefined,
    )
    const { code, stdout } = await run('--dry-run')
    expect(code).toBe(1)
    expect(stdout).toContain('"result":"unclear","reason":"the answer is not a Client object"')
    expect(stdout).not.toContain('canary')
  })

  it('says in one sentence what is missing or refused, and shows no key', async () => {
    const { folder, run } = await given()
    const failed = (sentence: string) => ({
      ...{ code: 2, stdout: '', stderr: `clientfold: ${sentence}\n` },
    })
    for (const key of ['', 'canary\nkey', 'cänary']) {
      const ended = await folder.run(['reconcile'], { env: { CLERK_SECRET_KEY: key } })
      expect(ended).toEqual(failed('set CLERK_SECRET_KEY to the secret key of the instance, sk_…'))
    }
    expect(await run('--api-url', 'api.clerk.com')).toEqual(
      failed('--api-url takes a URL that begins with https:// or http://'),
    )
    expect(await run('--store', 'sqlite:nowhere.db')).toEqual(
      failed('the SQLite file nowhere.db does not exist (clientfold import makes one)'),
    )
    const other = await given(() => new Response('{}', { status: 401 }))
    expect(await other.run()).toEqual(
      failed('Clerk refused the secret key: use the one of this instance, sk_…'),
    )
  })
})
