import fc from 'fast-check'
import { expect, it } from 'vitest'
import stringWidth from 'string-width'
import { printable } from '../../src/cli/printable.js'
import { fileScreen, screenOf, type Screen } from '../../src/cli/screen.js'
import { tableText, type Table } from '../../src/cli/table.js'
import { minuteOf } from '../../src/cli/table-time.js'
import { fold } from '../../src/domain/fold.js'
import { toDevices } from '../../src/projections/devices.js'
import { toSessions } from '../../src/projections/sessions.js'
import { toClient } from '../../src/projections/client.js'
import { foldDevices } from '../../src/domain/device-states.js'
import { clientTable } from '../../src/cli/client-table.js'
import { deviceTable } from '../../src/cli/device-table.js'
import { historyTable } from '../../src/cli/history-table.js'
import { quarantineTable } from '../../src/cli/quarantine-table.js'
import { driftTable } from '../../src/cli/reconcile-report.js'
import { sessionTable } from '../../src/cli/session-table.js'
import { aSessionEvent, anObservation, aSession, DAY, MINUTE, T0 } from '../given.js'

const CLIENT = 'client_2gR5xQ8vKp3mZ7tYw1bN4cLd6fH'
const USER = 'user_2gQz1LmX9kR4vT7pYc3nW8bHd5s'
const PHONE = 'sess_2gR5xTfa0bUe6cWiZ9dQhk1VnMo'
const LAPTOP = 'sess_2gS8yBq4rGw0sJx5tKz1uLm3vNp'

const [agent, city] = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0',
  '東京',
]
const activity = {
  object: 'session_activity',
  id: 'sess_activity_1',
  is_mobile: false,
  city,
  country: 'JP',
  ip_address: '203.0.113.7',
}
const ids = { client_id: CLIENT, user_id: USER }
const events = [
  {
    ...aSessionEvent(
      { ...ids, id: PHONE, latest_activity: activity },
      { timestamp: T0, recorded_at: T0 + 1000 },
    ),
    event_attributes: { http_request: { client_ip: '203.0.113.7', user_agent: agent } },
  },
  aSessionEvent(
    { ...ids, id: LAPTOP, status: 'pending', created_at: T0 + DAY, updated_at: T0 + DAY },
    { timestamp: T0 + DAY, recorded_at: T0 + DAY + 90 * MINUTE },
  ),
  aSessionEvent(
    { ...ids, id: PHONE, status: 'revoked', updated_at: T0 + 2 * DAY },
    { timestamp: T0 + 2 * DAY, recorded_at: T0 + 2 * DAY },
  ),
  anObservation(
    { id: CLIENT, sessions: [aSession({ ...ids, id: LAPTOP, created_at: T0 + DAY })] },
    { timestamp: T0 + 3 * DAY, recorded_at: T0 + 3 * DAY },
  ),
]
const history = events.map((event, index) => ({ event, revision: index + 1, position: '' }))
const states = fold(events)
const existing = [...states.values()]
const state = states.get(CLIENT)
if (state === undefined) throw new Error('the examples have no client')
const client = toClient(state, { at: T0 + 3 * DAY })

const REASON = 'the type of the event is not known to this version, which an upgrade may change'

const TABLES: Readonly<Record<string, (screen: Screen) => string>> = {
  show: (screen) => clientTable([client], screen),
  history: (screen) => historyTable(history, screen),
  sessions: (screen) =>
    sessionTable(toSessions(existing, { userId: USER }, { at: T0 + 3 * DAY }), screen),
  devices: (screen) =>
    deviceTable(
      toDevices(
        foldDevices(events),
        { userId: USER, currentSessionId: LAPTOP },
        { at: T0 + 3 * DAY },
      ),
      screen,
    ),
  quarantine: (screen) =>
    quarantineTable(
      [
        { id: 'msg_2gR5xVb8nQ3kLp7mTz1wYc4dFh6', receivedAt: T0, bytes: 512, reason: REASON },
        { id: 'msg_2gR5xWc9oR4lMq8nUa2xZd5eGi7', receivedAt: T0, bytes: 7, reason: 'no JSON' },
      ],
      screen,
    ),
  reconcile: (screen) =>
    driftTable(
      [
        {
          _tag: 'Compared',
          clientId: CLIENT,
          drift: [
            { _tag: 'StatusDiffers', sessionId: PHONE, log: 'active', clerk: 'revoked' },
            { _tag: 'SessionMissing', sessionId: LAPTOP, clerk: 'active' },
          ],
          isRecorded: false,
        },
      ],
      screen,
    ),
}

const screenWith = (differences: Partial<Screen>): Screen => ({
  width: Infinity,
  isShortened: true,
  hasColour: false,
  zone: 'utc',
  ...differences,
})

const GOLDEN = Object.keys(TABLES).flatMap((name) => [
  ...[60, 80, 160].map((width) => ({ name, file: `${name}-${width}`, screen: { width } })),
  ...(['show', 'sessions'].includes(name)
    ? [{ name, file: `${name}-80-colour`, screen: { width: 80, hasColour: true } }]
    : []),
])

it.each(GOLDEN)('the table of $file is the golden one', async ({ name, file, screen }) => {
  const text = TABLES[name]?.(screenWith(screen))
  await expect(text).toMatchFileSnapshot(`golden/${file}.txt`)
})

it.each(Object.keys(TABLES))('no line of %s is wider than the screen', (name) => {
  for (let width = 40; width <= 200; width++) {
    const lines = TABLES[name]?.(screenWith({ width })).split('\n') ?? []
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width)
  }
})

it.each(Object.keys(TABLES))('colours change nothing else in %s', (name) => {
  for (const width of [60, 80, 160]) {
    const [plain, coloured] = [false, true].map((hasColour) =>
      TABLES[name]?.(screenWith({ width, hasColour })),
    )
    // eslint-disable-next-line no-control-regex
    expect(coloured?.replace(/\x1b\[\d+m/g, '')).toBe(plain)
  }
})

const tableOf = (rows: ReadonlyArray<readonly [string, string]>): Table => ({
  columns: [
    { title: 'id', kind: 'id' },
    { title: 'status', kind: 'status' },
    { title: 'session', kind: 'id' },
    { title: 'reason', kind: 'text' },
  ],
  rows: rows.map(([id, session]) => [id, 'active', session, `${id}${session}`]),
  grouped: 1,
})

/** Hostile ids: letters of all kinds, marks, control characters, up to 64 kB. */
const anId = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
  fc.stringMatching(/^sess_2[a-c]{20,30}$/),
  fc
    .tuple(
      fc.constantFrom('x', '東', 'é', '\u0301', '\u001b[2J', '\u202e', '👩‍👩‍👧', 'ᄀ', 'ி'),
      fc.nat(30_000),
    )
    .map(([text, count]) => text.repeat(Math.ceil(count / text.length) + 1)),
)
const someRows = fc.array(fc.tuple(anId, anId), { minLength: 1, maxLength: 5 })
const aWidth = fc.integer({ min: 40, max: 200 })

it('whatever the ids are, no line is wider than the screen, and no control character is written', () => {
  fc.assert(
    fc.property(someRows, aWidth, (rows, width) => {
      const text = tableText(tableOf(rows), screenWith({ width }))
      for (const line of text.split('\n')) {
        expect(stringWidth(line)).toBeLessThanOrEqual(width)
        expect(printable(line)).toBe(line)
      }
    }),
    { numRuns: 25 },
  )
})

it('--full writes each id whole, whatever it is', () => {
  fc.assert(
    fc.property(someRows, aWidth, (rows, width) => {
      const text = tableText(tableOf(rows), screenWith({ width, isShortened: false }))
      for (const id of rows.flat()) expect(text).toContain(printable(id))
    }),
    { numRuns: 25 },
  )
})

/** Ids that differ from each other in a few letters only. */
const alike = fc.uniqueArray(
  fc
    .tuple(fc.nat(29), fc.constantFrom('a', 'b', 'c'))
    .map(([place, letter]) => `${'x'.repeat(place)}${letter}${'x'.repeat(29 - place)}`),
  { minLength: 2, maxLength: 8 },
)

it('shortened ids of a table stay different, or a line below says that they look alike', () => {
  fc.assert(
    fc.property(alike, aWidth, (differing, width) => {
      const text = tableText(
        {
          columns: [
            { title: 'id', kind: 'id' },
            { title: 'when', kind: 'value' },
          ],
          rows: differing.map((id) => [id, 'x'.repeat(width - 30)]),
        },
        screenWith({ width }),
      )
      const shown = text.split('\n').filter((line) => / x|^id /.test(line))
      const isSaid = text.includes('look alike')
      const shownIds = shown.map((line) => line.replace(/^id +/, '').split('  ')[0])
      expect(new Set(shownIds).size < differing.length).toBe(isSaid)
    }),
  )
})

it('a narrow table keeps the ids apart and says how to see them whole', () => {
  const rows = ['sess_2gR5xTfa0bUe6c1VnMo', 'sess_2gR5xTfa0bUe6d1VnMo'].map((id) => [
    id,
    'x'.repeat(62),
  ])
  const columns = [
    { title: 'session', kind: 'id' },
    { title: 'text', kind: 'value' },
  ] as const
  const text = 'x'.repeat(62)
  expect(tableText({ columns, rows }, screenWith({ width: 80 })).split('\n')).toEqual([
    'SESSION           TEXT',
    `sess_2gR…6c1VnMo  ${text}`,
    `sess_2gR…6d1VnMo  ${text}`,
    '… is a cut; --full shows everything',
    '',
  ])
})

it('a screen is as wide as COLUMNS says, or as the terminal is; a pipe has no width', () => {
  const terminal = { isTTY: true, columns: 120 }
  const pipe = { isTTY: false }
  expect(screenOf({}, terminal, {}).width).toBe(120)
  expect(screenOf({}, terminal, { COLUMNS: '100' }).width).toBe(100)
  expect(screenOf({}, terminal, { COLUMNS: '10' }).width).toBe(40)
  expect(screenOf({}, terminal, { COLUMNS: 'wide' }).width).toBe(120)
  expect(screenOf({}, pipe, {}).width).toBe(Infinity)
  expect(screenOf({}, pipe, { COLUMNS: '100' }).width).toBe(100)
  expect(fileScreen({}).width).toBe(Infinity)
})

it('a terminal has colours, unless NO_COLOR; a pipe has none, unless FORCE_COLOR', () => {
  const [terminal, pipe] = [{ isTTY: true }, { isTTY: false }]
  const TERM = 'xterm'
  expect(screenOf({}, terminal, { TERM }).hasColour).toBe(true)
  expect(screenOf({}, terminal, { TERM, NO_COLOR: '1' }).hasColour).toBe(false)
  expect(screenOf({}, terminal, { TERM: 'dumb' }).hasColour).toBe(false)
  expect(screenOf({}, pipe, { TERM }).hasColour).toBe(false)
  expect(screenOf({}, pipe, { TERM, FORCE_COLOR: '1' }).hasColour).toBe(true)
  expect(screenOf({}, pipe, { TERM, FORCE_COLOR: '0' }).hasColour).toBe(false)
})

it('a time has its zone beside it', () => {
  expect(minuteOf(T0, { zone: 'utc' })).toBe('2024-05-28 08:00Z')
  expect(minuteOf(T0, { zone: 'local' })).toMatch(/^2024-05-2[789] \d\d:\d\d[+-]\d\d:\d\d$/)
})
