import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeAppendRefusal } from '../../src/event-store/append-refusal.js'
import { DAY, eventLine, logOf, MORNING } from '../replay/log-bytes.js'
import { countIn, folderWithStore, summary, writeLogs } from './given/store.js'
import { type Folder, folderWith, linesOf, until } from './given/folder.js'

const EVENTS = 3000
const CLIENTS = 60

const generated = await folderWith()
await writeLogs(generated, EVENTS, CLIENTS)
const LOG = await generated.bytes('log')
const OBSERVED = await generated.bytes('observed')

const replayed = async (folder: Folder, log: string, ...options: ReadonlyArray<string>) =>
  (await folder.run(['replay', log, ...options])).stdout

it('import records every event once, however often it runs', async () => {
  const folder = await folderWith({ log: LOG })
  const first = await folder.run(['import', 'log'])
  expect(first).toMatchObject({ code: 0, stderr: '' })
  const [recorded, duplicates] = [countIn(first, 'recorded'), countIn(first, 'duplicates')]
  expect(recorded + duplicates).toBe(EVENTS)
  expect(first.stdout).toBe(summary({ recorded, duplicates }))
  const second = await folder.run(['import', 'log'])
  expect(second).toEqual({ code: 0, stdout: summary({ duplicates: EVENTS }), stderr: '' })
})

it('import reads standard input, and uses the store that the environment names', async () => {
  const folder = await folderWith()
  const env = { CLIENTFOLD_STORE: 'sqlite:other.db' }
  const ended = await folder.run(['import'], { input: logOf(eventLine()), env })
  expect(ended).toEqual({ code: 0, stdout: summary({ recorded: 1 }), stderr: '' })
  expect(await folder.names()).toContain('other.db')
  expect(await folder.names()).not.toContain('clients.db')
})

it('import after a kill records what was missing', async () => {
  const folder = await folderWith({ log: LOG })
  const half = LOG.subarray(0, LOG.indexOf('\n', LOG.length / 2) + 1)
  const exportedLines = async () => linesOf((await folder.run(['export'])).stdout).length
  const fileSize = async () =>
    (await stat(join(folder.path, 'clients.db')).catch(() => undefined))?.size ?? 0
  // First while it works, maybe within a transaction; then after some events were recorded.
  for (const isKillTime of [
    async () => (await fileSize()) > 50_000,
    async () => (await exportedLines()) > 500,
  ]) {
    // Standard input stays open, so the import cannot end before the kill.
    const { child, send, ended } = folder.start(['import', '-'])
    send(half)
    await until(isKillTime)
    child.kill('SIGKILL')
    expect(await ended).toMatchObject({ code: null, stdout: '' })
  }
  const before = await exportedLines()

  const again = await folder.run(['import', 'log'])
  expect(again).toMatchObject({ code: 0, stderr: '' })
  expect(countIn(again, 'recorded')).toBeGreaterThan(0)
  expect(countIn(again, 'duplicates')).toBeGreaterThanOrEqual(before)
  await folder.run(['export', '--out', 'exported'])
  expect(await replayed(folder, 'exported')).toBe(await replayed(folder, 'log'))
  const ids = linesOf(await folder.read('exported')).map(
    (line) => (JSON.parse(line) as { readonly id: string }).id,
  )
  expect(new Set(ids).size).toBe(ids.length)
})

it('import names and keeps refused lines, and records the others', async () => {
  const bad = Buffer.from([0x20, 0xff, 0x0d])
  const folder = await folderWith({ log: logOf(eventLine(), bad) })
  const ended = await folder.run(['import', 'log', '--rejects', 'bad'])
  const stdout = summary({ recorded: 1, refused: 1 })
  expect(ended).toEqual({ code: 1, stdout, stderr: 'log:2: not UTF-8\n' })
  expect(await folder.bytes('bad')).toEqual(logOf(bad))
})

it('import names and keeps an event that has the id of another, and shows no value of it', async () => {
  const folder = await folderWith({
    log: logOf(
      eventLine({}, { id: 'msg_1' }),
      eventLine({ user_id: 'user_canary' }, { id: 'msg_1' }),
      eventLine({}, { id: 'msg_2' }),
    ),
  })
  const { code, stdout, stderr } = await folder.run(['import', 'log', '--rejects', 'bad'])
  expect({ code, stdout }).toEqual({ code: 1, stdout: summary({ recorded: 2, conflicts: 1 }) })
  expect(stderr).toBe(`event 2: ${describeAppendRefusal({ _tag: 'EventIdConflict' })}\n`)
  expect(linesOf(await folder.read('bad'))).toEqual([expect.stringContaining('"user_canary"')])
  expect((await folder.run(['export'])).stdout).not.toContain('canary')
  // The rejected line is an event, so another import finds the same conflict.
  expect((await folder.run(['import', 'bad'])).stdout).toBe(summary({ conflicts: 1 }))
})

it('export writes a log from which replay makes the same Clients, byte for byte', async () => {
  const folder = await folderWith({ log: OBSERVED })
  await folder.run(['import', 'log'])
  expect(await folder.run(['export', '--out', 'out'])).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  })
  const clients = await replayed(folder, 'log')
  expect(linesOf(clients)).toHaveLength(CLIENTS)
  expect(clients).toContain('"last_authentication_strategy":"ticket"')
  expect(await replayed(folder, 'out')).toBe(clients)
  const view = ['--as-of', '2026-02-10', '--at', '2026-03-01', '--revoked', 'drop']
  expect(await replayed(folder, 'out', ...view)).toBe(await replayed(folder, 'log', ...view))
})

it('export writes a log from which import makes the same store', async () => {
  const folder = await folderWith({ log: LOG })
  await folder.run(['import', 'log'])
  const first = await folder.run(['export'])
  await folder.run(['import', '--store', 'sqlite:copy.db'], { input: first.stdout })
  expect(await folder.run(['export', '--store', `sqlite://${folder.path}/copy.db`])).toEqual(first)
  expect(linesOf(first.stdout)[0]).toContain('"recorded_at":')
})

it('export ends quietly if its reader stops', async () => {
  const folder = await folderWith({ log: LOG })
  await folder.run(['import', 'log'])
  const { stdout, stderr } = await folder.shell(
    '{ clientfold export; echo "code $?" >&2; } | head -n 1',
  )
  expect({ lines: linesOf(stdout).length, stderr }).toEqual({ lines: 1, stderr: 'code 0\n' })
})

/** A session that ends after a day; the log records the end two days after that. */
const ENDING = logOf(
  eventLine({}, { recorded_at: MORNING }),
  eventLine(
    { status: 'ended', updated_at: MORNING + DAY },
    { type: 'session.ended', timestamp: MORNING + DAY, recorded_at: MORNING + 3 * DAY },
  ),
)

it.each([
  { options: [] },
  { options: ['--at', `${MORNING + 8 * DAY}`] },
  { options: ['--as-of', `${MORNING + DAY - 1}`] },
  { options: ['--as-of', `${MORNING + DAY}`] },
  { options: ['--known-at', `${MORNING + 3 * DAY - 1}`] },
  { options: ['--known-at', `${MORNING + 3 * DAY}`] },
  { options: ['--as-of', `${MORNING + 30 * DAY}`, '--known-at', `${MORNING}`] },
  { options: ['--revoked', 'drop'] },
])('show --at recorded writes what replay folds with the options $options', async ({ options }) => {
  const folder = await folderWithStore(ENDING)
  // Replay has no clock unless it is given; show reads statuses now.
  const clock = options.some((option) => /^--(at|as-of)$/.test(option)) ? [] : ['--at', 'recorded']
  const { code, stdout, stderr } = await folder.run(['show', 'client_1', ...options, ...clock])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const client: unknown = JSON.parse(stdout)
  expect(`${JSON.stringify(client)}\n`).toBe(await replayed(folder, 'log', ...options))
  expect(stdout).toBe(`${JSON.stringify(client, null, 2)}\n`)
})

it('show shows the status at each moment', async () => {
  const folder = await folderWithStore(ENDING)
  const statusOf = async (...options: ReadonlyArray<string>) =>
    /"status": "(\w+)"/.exec((await folder.run(['show', 'client_1', ...options])).stdout)?.[1]
  expect(await statusOf()).toBe('ended')
  expect(await statusOf('--as-of', `${MORNING}`)).toBe('active')
  const unended = ['--known-at', `${MORNING + 2 * DAY}`]
  expect(await statusOf(...unended)).toBe('expired')
  expect(await statusOf(...unended, '--at', 'recorded')).toBe('active')
  const late = ['--known-at', `${MORNING}`, '--as-of', `${MORNING + 8 * DAY}`]
  expect(await statusOf(...late)).toBe('expired')
})

it('show --format table writes the table of replay', async () => {
  const folder = await folderWithStore(ENDING)
  const table = await folder.run(['show', 'client_1', '--format', 'table'])
  expect(table.stdout).toBe(await replayed(folder, 'log', '--format', 'table'))
})

it('show names the store that has no such client, now or at a moment', async () => {
  const folder = await folderWithStore(ENDING)
  expect(await folder.run(['show', 'client_2'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'the SQLite file clients.db has no client with this id; check the id and --store\n',
  })
  expect(await folder.run(['show', 'client_1', '--as-of', '2026-01-01'])).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'the SQLite file clients.db had no client with this id at that moment; check the id, --store and the TIME\n',
  })
})

/** The cells of a row of a table; those without a text are left out. */
const cells = (line: string) => line.trim().split(/ {2,}/)

it('history is a table of the events, when they were sent and recorded, and what they changed', async () => {
  const observed = {
    ...{ object: 'client', id: 'client_1', session_ids: [], sessions: [] },
    ...{ sign_in_id: 'sia_1', sign_up_id: null, last_active_session_id: null },
    ...{ updated_at: MORNING, created_at: MORNING },
  }
  const observation = { type: 'client.observed', recorded_at: MORNING + 5 * DAY, data: observed }
  const late = eventLine({ status: 'pending' }, { recorded_at: MORNING + 4 * DAY })
  const folder = await folderWithStore(
    Buffer.concat([ENDING, logOf(late, JSON.stringify(observation))]),
  )
  const { code, stdout, stderr } = await folder.run(['history', 'client_1'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const rows = linesOf(stdout)
    .map(cells)
    .filter(([revision]) => /^\d+$/.test(revision ?? ''))
  const [first, third] = ['2026-05-28 08:00:00Z', '2026-05-31 08:00:00Z']
  expect(rows).toEqual([
    ['1', first, first, 'session.created', 'sess_1', 'active', 'new session'],
    ['2', '2026-05-29 08:00:00Z', third, 'session.ended', 'sess_1', 'ended', 'active → ended'],
    ['3', first, '2026-06-01 08:00:00Z', 'session.created', 'sess_1', 'pending', 'nothing'],
    ['4', first, '2026-06-02 08:00:00Z', 'client.observed', '(0 sessions)', 'details'],
  ])
})

it('history escapes control characters', async () => {
  const folder = await folderWithStore(logOf(eventLine({ id: 'sess\u001b[2J\u202e' })))
  const { stdout } = await folder.run(['history', 'client_1'])
  expect(stdout).toContain('sess\\u{1b}[2J\\u{202e}')
})

it('history names the store that has no such client', async () => {
  const stderr = 'the SQLite file clients.db has no client with this id; check the id and --store\n'
  const folder = await folderWithStore(ENDING)
  expect(await folder.run(['history', 'client_2'])).toEqual({ code: 1, stdout: '', stderr })
})

it('erase erases a client permanently, and no other', async () => {
  const other = logOf(eventLine({ client_id: 'client_2' }))
  const folder = await folderWithStore(Buffer.concat([ENDING, other]))
  const erased = await folder.run(['erase', '--client', 'client_1', '--scrub'])
  expect(erased).toMatchObject({ code: 0, stderr: '' })
  expect(linesOf(erased.stdout)[0]).toBe('erased client client_1: deleted 2 events')
  const again = await folder.run(['import', 'log'])
  expect(again).toEqual({ code: 0, stdout: summary({ erased: 2, duplicates: 1 }), stderr: '' })
  const { stdout } = await folder.run(['export'])
  expect(linesOf(stdout)).toEqual([expect.stringContaining('"client_2"')])
  expect(stdout).not.toContain('client_1')
  expect(await folder.run(['show', 'client_1'])).toMatchObject({ code: 1 })
  const file = await folder.bytes('clients.db')
  expect({ erased: file.includes('client_1'), kept: file.includes('client_2') }).toEqual({
    erased: false,
    kept: true,
  })
})
