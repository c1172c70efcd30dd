import { expect, it } from 'vitest'
import type { Session } from '../../src/events/session.js'
import { exampleBodies } from '../../src/testing/index.js'
import { logOf } from '../replay/log-bytes.js'
import { linesOf } from './given/folder.js'
import { changeDatabase, folderWithStore } from './given/store.js'

const folder = await folderWithStore(logOf(...exampleBodies))
const sessions = (...args: ReadonlyArray<string>) => folder.run(['sessions', ...args])
const idsIn = (stdout: string) => (JSON.parse(stdout) as Session[]).map(({ id }) => id)

it('clientfold sessions writes a table of the sessions of a user, newest first', async () => {
  const { code, stdout, stderr } = await sessions('user_grace')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(linesOf(stdout)).toEqual([
    'SESSION            CLIENT              STATUS   CREATED            LAST ACTIVE',
    'sess_grace_2       client_grace_phone  expired  2026-05-29 14:00Z  2026-05-29 14:00Z',
    'sess_grace_on_ada  client_ada_laptop   ended    2026-05-29 10:00Z  2026-05-29 11:00Z',
    'sess_grace_1       client_grace_phone  revoked  2026-05-28 14:00Z  2026-05-28 17:00Z',
  ])
})

it('clientfold sessions fits the terminal, with the zone of --local and the colours of FORCE_COLOR', async () => {
  const env = { COLUMNS: '60', TZ: 'Asia/Kolkata', FORCE_COLOR: '1', NODE_NO_WARNINGS: '1' }
  const { stdout } = await folder.run(['sessions', 'user_grace', '--local', '--status', 'ended'], {
    env,
  })
  expect(linesOf(stdout)).toEqual([
    'session      sess_grace_on_ada',
    'client       client_ada_laptop',
    'status       \u001b[90mended\u001b[39m',
    'created      2026-05-29 15:30+05:30',
    'last active  2026-05-29 16:30+05:30',
  ])
})

it('clientfold sessions writes the documented objects as JSON, of a status and for any moment', async () => {
  const json = async (...args: ReadonlyArray<string>) =>
    idsIn((await sessions('user_grace', '--format', 'json', ...args)).stdout)
  expect(await json()).toEqual(['sess_grace_2', 'sess_grace_on_ada', 'sess_grace_1'])
  expect(await json('--status', 'revoked')).toEqual(['sess_grace_1'])
  expect(await json('--as-of', '2026-05-28T15:00:00Z', '--status', 'active')).toEqual([
    'sess_grace_1',
  ])
})

it('clientfold sessions refuses a user without such sessions, and an unknown status', async () => {
  const unknown = await sessions('user_nobody')
  expect(unknown).toMatchObject({ code: 1, stdout: '' })
  expect(unknown.stderr).toContain('has no such session of this user')
  expect(await sessions('user_grace', '--status', 'alive')).toMatchObject({ code: 2, stdout: '' })
  expect(await sessions('user_grace', '--local', '--utc')).toMatchObject({ code: 2, stdout: '' })
})

it('clientfold history writes what each event changed as a JSON array', async () => {
  const { code, stdout } = await folder.run(['history', 'client_grace_phone', '--format', 'json'])
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject([
    { revision: 1, changed: 'new session', event: { type: 'session.created' } },
    { revision: 2, changed: 'active → revoked', event: { data: { status: 'revoked' } } },
    { revision: 3, changed: 'new session', event: { timestamp: 1_780_063_200_400 } },
    { revision: 4, changed: 'details', event: { type: 'client.observed' } },
  ])
})

it('clientfold sessions says that damaged clients are left out', async () => {
  const damaged = await folderWithStore(logOf(...exampleBodies))
  await changeDatabase(damaged, "UPDATE events SET text = 'x' WHERE revision = 2")
  const { code, stdout, stderr } = await damaged.run(['sessions', 'user_grace'])
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^left out because of damaged records: \d clients? of this user; clientfold check names them\n$/,
  )
  expect(stdout).not.toContain('sess_grace_2')
})
