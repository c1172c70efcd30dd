import { expect, it } from 'vitest'
import type { Client } from '../../src/events/client.js'
import { DAY, eventLine, logOf, MORNING } from '../replay/log-bytes.js'
import { folderWith, linesOf, type Ended } from './given/folder.js'
import { runInProcess } from './given/in-process.js'

const HOUR = 3_600_000

/** Replays a log with options, and reads the Clients that it writes. */
const replayed = async (
  log: Uint8Array,
  ...options: ReadonlyArray<string>
): Promise<Ended & { readonly clients: ReadonlyArray<Client> }> => {
  const folder = await folderWith({ log })
  const ended = await runInProcess([
    ...['replay', `${folder.path}/log`, '--out', `${folder.path}/out`, ...options],
  ])
  const clients = ended.code === 0 ? linesOf(await folder.read('out')) : []
  return { ...ended, clients: clients.map((line) => JSON.parse(line) as Client) }
}

const clientsOf = async (log: Uint8Array, ...options: ReadonlyArray<string>) => {
  const { code, stderr, clients } = await replayed(log, ...options)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return clients
}

const statusesOf = async (log: Uint8Array, ...options: ReadonlyArray<string>) =>
  (await clientsOf(log, ...options)).flatMap(({ sessions }) => sessions.map(({ status }) => status))

/** Two sessions: the first expires at this moment, the second a millisecond later. */
const aroundMoment = (moment: number): Buffer =>
  logOf(
    eventLine({ id: 'sess_1', expire_at: moment }),
    eventLine({ id: 'sess_2', expire_at: moment + 1 }),
  )

/** An active session that ends a day later; the log records the end two days after that. */
const HISTORY = logOf(
  eventLine(
    { status: 'ended', updated_at: MORNING + DAY },
    { timestamp: MORNING + DAY, recorded_at: MORNING + 3 * DAY },
  ),
  eventLine({}),
)

const ACTIVE = logOf(eventLine())

const iso = (time: number): string => new Date(time).toISOString()

it.each([
  { text: `${MORNING}`, kind: 'milliseconds', moment: MORNING },
  { text: `${MORNING / 1000}`, kind: 'seconds', moment: MORNING },
  { text: '2026-05-28T13:45:00+05:45', kind: 'a time in its zone', moment: MORNING },
  { text: '2026-05-28T08:00:00', kind: 'a time in UTC', moment: MORNING },
  { text: '2026-05-28', kind: 'midnight in UTC', moment: MORNING - 8 * HOUR },
])('the TIME $text is read as $kind', async ({ text, moment }) => {
  expect(await statusesOf(aroundMoment(moment), '--at', text)).toEqual(['expired', 'active'])
})

it('a TIME without a zone is in UTC, whatever the time zone of the process', async () => {
  const folder = await folderWith({ log: aroundMoment(MORNING) })
  const args = ['replay', 'log', '--at', '2026-05-28T08:00:00']
  const { stdout } = await folder.run(args, { env: { TZ: 'Asia/Kathmandu' } })
  expect(stdout.match(/"status":"\w+"/g)).toEqual(['"status":"expired"', '"status":"active"'])
})

it.each([
  { option: '--at', text: '2026-02-31' },
  { option: '--at', text: '-1' },
  { option: '--as-of', text: 'yesterday' },
  { option: '--known-at', text: '' },
])('$option refuses $text as wrong usage', async ({ option, text }) => {
  const { code, stderr } = await replayed(ACTIVE, option, text)
  expect(code).toBe(2)
  expect(stderr).toContain(`${option} <TIME>`)
  expect(stderr).toContain('Expected epoch milliseconds or ISO 8601')
})

it.each([
  { name: 'without a moment, statuses are as recorded', log: ACTIVE, statuses: ['active'] },
  {
    name: '--at before the end of a session leaves it active',
    log: ACTIVE,
    options: ['--at', iso(MORNING + 7 * DAY - 1)],
    statuses: ['active'],
  },
  {
    name: '--at shows a session expired from that moment on',
    log: ACTIVE,
    options: ['--at', iso(MORNING + 7 * DAY)],
    statuses: ['expired'],
  },
  {
    name: '--as-of shows what was true just before a change',
    log: HISTORY,
    options: ['--as-of', iso(MORNING + DAY - 1)],
    statuses: ['active'],
  },
  {
    name: '--as-of shows a change from its moment on',
    log: HISTORY,
    options: ['--as-of', iso(MORNING + DAY)],
    statuses: ['ended'],
  },
  {
    name: '--as-of shows no client before its first event',
    log: HISTORY,
    options: ['--as-of', iso(MORNING - 1)],
    statuses: [],
  },
  {
    name: '--as-of sets the clock too',
    log: ACTIVE,
    options: ['--as-of', iso(MORNING + 7 * DAY)],
    statuses: ['expired'],
  },
  {
    name: '--as-of leaves the clock to --at, if that is given',
    log: ACTIVE,
    options: ['--as-of', iso(MORNING + 7 * DAY), '--at', iso(MORNING)],
    statuses: ['active'],
  },
  {
    name: '--known-at leaves out what was recorded later',
    log: HISTORY,
    options: ['--known-at', iso(MORNING + 3 * DAY - 1)],
    statuses: ['active'],
  },
  {
    name: '--known-at uses what was recorded by that moment',
    log: HISTORY,
    options: ['--known-at', iso(MORNING + 3 * DAY)],
    statuses: ['ended'],
  },
  {
    name: '--known-at sets no clock',
    log: ACTIVE,
    options: ['--known-at', iso(MORNING + 90 * DAY)],
    statuses: ['active'],
  },
  {
    name: '--known-at goes together with --as-of',
    log: HISTORY,
    options: ['--as-of', iso(MORNING + DAY), '--known-at', iso(MORNING + 2 * DAY)],
    statuses: ['active'],
  },
])('$name', async ({ log, options = [], statuses }) => {
  expect(await statusesOf(log, ...options)).toEqual(statuses)
})

it('no client is written before its first event', async () => {
  expect(await clientsOf(HISTORY, '--as-of', iso(MORNING - 1))).toEqual([])
})

it('an expired session is not the last active one', async () => {
  const [client] = await clientsOf(aroundMoment(MORNING + DAY), '--at', iso(MORNING + DAY))
  expect(client?.last_active_session_id).toBe('sess_2')
})

const REVOKED = logOf(eventLine({ status: 'revoked' }), eventLine({ id: 'sess_2' }))

it.each([{ options: [] }, { options: ['--revoked', 'keep'] }])(
  'revoked sessions are listed with the options $options',
  async ({ options }) => {
    expect(await statusesOf(REVOKED, ...options)).toEqual(['revoked', 'active'])
  },
)

it('--revoked drop leaves revoked sessions out', async () => {
  const [client] = await clientsOf(REVOKED, '--revoked', 'drop')
  expect(client).toMatchObject({ session_ids: ['sess_2'], sessions: [{ id: 'sess_2' }] })
})

const THREE = logOf(...['a', 'b', 'c'].map((name) => eventLine({ client_id: `client_${name}` })))

it('--client writes this client only', async () => {
  const clients = await clientsOf(THREE, '--client', 'client_b')
  expect(clients.map(({ id }) => id)).toEqual(['client_b'])
})

it.each([
  { options: [], sentence: 'the logs have no event of the client of --client; check its id' },
  {
    options: ['--as-of', iso(MORNING)],
    sentence:
      'the logs have no event of the client of --client up to that moment; check its id and the TIME',
  },
])('--client says that the logs do not have the client, with $options', async (row) => {
  const folder = await folderWith({ log: THREE })
  expect(await folder.run(['replay', 'log', '--client', 'client', ...row.options])).toEqual({
    code: 0,
    stdout: '',
    stderr: `${row.sentence}\n`,
  })
})
