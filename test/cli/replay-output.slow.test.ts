import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { secondOf } from '../../src/cli/table-time.js'
import type { Client } from '../../src/events/client.js'
import { toClient } from '../../src/projections/client.js'
import { fileSource } from '../../src/replay/source.js'
import { replay } from '../../src/replay/replay.js'
import { generateLog } from '../../src/testing/log/generate-log.js'
import { DAY, eventLine, logOf, MORNING } from '../replay/log-bytes.js'
import { folderWith, linesOf, type Ended } from './given/folder.js'

const EXAMPLE = await readFile(new URL('../../examples/clerk-webhooks.ndjson', import.meta.url))

const DOCUMENTED_KEYS = [
  'object',
  'id',
  'session_ids',
  'sessions',
  'sign_in_id',
  'sign_up_id',
  'last_active_session_id',
  'last_authentication_strategy',
  'updated_at',
  'created_at',
]

const clientsIn = ({ stdout }: Ended): ReadonlyArray<Client> =>
  linesOf(stdout).map((line) => JSON.parse(line) as Client)

/** A log of clients with these ids, each with one session. */
const logOfClients = (...ids: ReadonlyArray<string>): Buffer =>
  logOf(...ids.map((id) => eventLine({ id: `sess_of_${id}`, client_id: id })))

const replayed = async (log: string | Uint8Array, ...options: ReadonlyArray<string>) =>
  (await folderWith({ log })).run(['replay', 'log', ...options])

/** The lines of the Clients that the library gives for a log. */
const linesOfLibrary = async (path: string): Promise<ReadonlyArray<string>> => {
  for await (const step of replay([await fileSource(path)])) {
    if (step.type !== 'done') continue
    return Array.from(step.clients.values(), (state) => `${JSON.stringify(toClient(state))}\n`)
  }
  return []
}

it('replay writes one documented Client per line, and nothing else', async () => {
  const { stdout, stderr, code } = await replayed(logOfClients('client_a', 'client_b'))
  const lines = stdout.split('\n')
  expect(lines).toHaveLength(3)
  expect(lines.at(-1)).toBe('')
  for (const line of lines.slice(0, -1)) {
    expect(Object.keys(JSON.parse(line) as Client)).toEqual(DOCUMENTED_KEYS)
  }
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

it('replay writes a Client exactly as documented', async () => {
  const { stdout } = await replayed(logOfClients('client_a'))
  const session = JSON.stringify({
    object: 'session',
    id: 'sess_of_client_a',
    user_id: 'user_1',
    client_id: 'client_a',
    status: 'active',
    last_active_at: MORNING,
    expire_at: MORNING + 7 * DAY,
    abandon_at: MORNING + 30 * DAY,
    updated_at: MORNING,
    created_at: MORNING,
  })
  expect(stdout).toBe(
    `{"object":"client","id":"client_a","session_ids":["sess_of_client_a"],"sessions":[${session}],` +
      '"sign_in_id":null,"sign_up_id":null,"last_active_session_id":"sess_of_client_a",' +
      `"last_authentication_strategy":null,"updated_at":${MORNING},"created_at":${MORNING}}\n`,
  )
})

it('replay writes what the library gives', async () => {
  const options = { events: 2000, clients: 40, seed: 5, shape: 'full' } as const
  const folder = await folderWith({ log: logOf(...generateLog(options)) })
  const { stdout } = await folder.run(['replay', 'log'])
  const lines = await linesOfLibrary(`${folder.path}/log`)
  expect(lines).toHaveLength(40)
  expect(stdout).toBe(clientLinesInOrder(lines))
})

it('replay writes the Clients in ascending order of id', async () => {
  const ids = ['client_b', 'client_10', 'Client_z', 'client_a', 'client_2', 'client_']
  const ended = await replayed(logOfClients(...ids))
  expect(clientsIn(ended).map(({ id }) => id)).toEqual([
    'Client_z',
    'client_',
    'client_10',
    'client_2',
    'client_a',
    'client_b',
  ])
})

it('replay sorts ids by UTF-16 code units and not by code points', async () => {
  const [wide, face, halved] = ['\uff5e', '\u{1f600}', '\ud83d'] as const
  const ended = await replayed(logOfClients(wide, face, halved, 'é', 'z'))
  expect(clientsIn(ended).map(({ id }) => id)).toEqual(['z', 'é', halved, face, wide])
})

it('replay writes nothing for a log without events', async () => {
  expect(await replayed('\n \n')).toEqual({ code: 0, stdout: '', stderr: '' })
})

it('replay writes a client whose sessions are all removed, with empty lists', async () => {
  const ended = await replayed(logOf(eventLine({ status: 'removed' })))
  expect(clientsIn(ended)).toMatchObject([
    { id: 'client_1', session_ids: [], sessions: [], last_active_session_id: null },
  ])
})

it('replay writes no personal data of the users in events', async () => {
  const user = { first_name: 'canary_7c1', private_metadata: { note: 'canary_7c1' } }
  const { stdout } = await replayed(logOf(eventLine({ user }, { event_attributes: user })))
  expect(stdout).not.toContain('canary_7c1')
})

it('replay writes UTF-8 unchanged', async () => {
  const { stdout } = await replayed(logOf(eventLine({ user_id: 'user_ünï_🦊_\\"\u2028' })))
  expect(stdout).toContain(`"user_id":${JSON.stringify('user_ünï_🦊_\\"\u2028')}`)
})

/** Lines of Clients, in the order of their ids by code units. */
const clientLinesInOrder = (lines: ReadonlyArray<string>): string => {
  const idOf = (line: string): string => (JSON.parse(line) as Client).id
  return lines.toSorted((left, right) => (idOf(left) < idOf(right) ? -1 : 1)).join('')
}

it('--format ndjson is the default', async () => {
  const plain = await replayed(EXAMPLE)
  const ndjson = await replayed(EXAMPLE, '--format', 'ndjson')
  expect(ndjson).toEqual(plain)
})

it('--format json is one array of the same Clients', async () => {
  const plain = await replayed(EXAMPLE)
  const json = await replayed(EXAMPLE, '--format', 'json')
  expect(json.stdout).toBe(`${JSON.stringify(clientsIn(plain), null, 2)}\n`)
  expect(json.code).toBe(plain.code)
})

it('--format json is an empty array for a log without events', async () => {
  const { stdout } = await replayed('', '--format', 'json')
  expect(stdout).toBe('[]\n')
})

it('--format table shows every client, every session, and the one that was active last', async () => {
  const { stdout } = await replayed(EXAMPLE, '--format', 'table')
  const rows = stdout.split('\n').filter((line) => /(?:client|sess)_/.test(line))
  expect(rows.map((row) => row.match(/(?:client|sess)_\w+(?: \*)?|\(.*\)/g))).toEqual([
    ['client_ada_laptop', 'sess_ada_0'],
    ['sess_ada_1 *'],
    ['sess_grace_on_ada'],
    ['client_grace_phone', 'sess_grace_1'],
    ['sess_grace_2 *'],
    ['client_library_tablet', '(no sessions)'],
  ])
  expect(rows[1]).toMatch(/user_ada .* active .* 2026-05-28 08:00.* 2026-06-04 08:00/)
})

it('--format table escapes control characters', async () => {
  const ids = { id: 'sess_\u001b[2J', user_id: 'user_\u202e', client_id: 'client_\u0007\u009b' }
  const { stdout } = await replayed(logOf(eventLine(ids)), '--format', 'table')
  expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
  expect(stdout).toContain('sess_\\u{1b}[2J')
  expect(stdout).toContain('client_\\u{7}\\u{9b}')
})

it('--format table shows the last time of the year 9999', async () => {
  const expire_at = 253_402_300_799_999
  const { stdout, code } = await replayed(logOf(eventLine({ expire_at })), '--format', 'table')
  expect(stdout).toContain('9999-12-31 23:59Z')
  expect(code).toBe(0)
})

it('a table shows a time that a Date cannot hold as its number', () => {
  expect(secondOf(Number.MAX_SAFE_INTEGER, { zone: 'utc' })).toBe('9007199254740991')
})

it('a session event in microseconds is refused, so that it does not win over every later one', async () => {
  const log = logOf(
    eventLine({ status: 'pending', updated_at: MORNING * 1000 }),
    eventLine({ status: 'active', updated_at: MORNING + 1 }),
  )
  const ended = await replayed(log)
  expect(ended.code).toBe(1)
  expect(clientsIn(ended)).toMatchObject([{ sessions: [{ status: 'active' }] }])
  expect(ended.stderr).toContain('a time after the year 9999')
})
