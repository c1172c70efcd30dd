import { describe, expect, it } from 'vitest'
import type { Client } from '../../src/events/client.js'
import { DAY, eventLine, logOf, MORNING } from '../replay/log-bytes.js'
import { folderWith, type Folder } from './given/folder.js'

const HOUR = 3_600_000

/** Anything but UTC, so that a time without a zone would give itself away. */
const env = { TZ: 'Asia/Kathmandu' }

const clientsOf = async (
  folder: Folder,
  ...options: ReadonlyArray<string>
): Promise<ReadonlyArray<Client>> => {
  const { stdout, stderr, code } = await folder.run(['replay', 'log', ...options], { env })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Client)
}

const statusesOf = async (
  folder: Folder,
  ...options: ReadonlyArray<string>
): Promise<ReadonlyArray<string>> =>
  (await clientsOf(folder, ...options)).flatMap(({ sessions }) =>
    sessions.map(({ status }) => status),
  )

/** Two sessions, of which the first expires at this moment and the second a millisecond later. */
const aroundMoment = (moment: number): Buffer =>
  logOf(
    eventLine({ id: 'sess_1', expire_at: moment }),
    eventLine({ id: 'sess_2', expire_at: moment + 1 }),
  )

describe.concurrent('a TIME', () => {
  it.each([
    { text: `${MORNING}`, meaning: 'milliseconds' },
    { text: `${MORNING / 1000}`, meaning: 'seconds' },
    { text: '2026-05-28T13:45:00+05:45', meaning: 'a time in its zone' },
    { text: '2026-05-28T08:00:00', meaning: 'a time in UTC' },
  ])('such as $text is read as $meaning', async ({ text }) => {
    const folder = await folderWith({ log: aroundMoment(MORNING) })
    expect(await statusesOf(folder, '--at', text)).toEqual(['expired', 'active'])
  })

  it('may be a date, which begins at midnight in UTC', async () => {
    const folder = await folderWith({ log: aroundMoment(MORNING - 8 * HOUR) })
    expect(await statusesOf(folder, '--at', '2026-05-28')).toEqual(['expired', 'active'])
  })

  it.each([
    ['--at', '2026-02-31'],
    ['--at', '-1'],
    ['--as-of', 'yesterday'],
    ['--known-at', ''],
  ])('is what %s wants: %j is refused as wrong usage', async (option, text) => {
    const folder = await folderWith({ log: logOf(eventLine()) })
    const { code, stdout, stderr } = await folder.run(['replay', 'log', option, text])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`${option} <TIME>`)
    expect(stderr).toContain('Expected epoch milliseconds or ISO 8601')
  })
})

/** An active session; later it ends, of which the log hears still later. */
const HISTORY = logOf(
  eventLine(
    { status: 'ended', updated_at: MORNING + DAY },
    { timestamp: MORNING + DAY, recorded_at: MORNING + 3 * DAY },
  ),
  eventLine({}),
)

const iso = (time: number): string => new Date(time).toISOString()

describe.concurrent('--at', () => {
  it('is a clock, which alone makes sessions expire', async () => {
    const folder = await folderWith({ log: logOf(eventLine()) })
    expect(await statusesOf(folder)).toEqual(['active'])
    expect(await statusesOf(folder, '--at', iso(MORNING + 7 * DAY - 1))).toEqual(['active'])
    expect(await statusesOf(folder, '--at', iso(MORNING + 7 * DAY))).toEqual(['expired'])
  })

  it('makes no expired session the last active one', async () => {
    const folder = await folderWith({ log: aroundMoment(MORNING + DAY) })
    const [client] = await clientsOf(folder, '--at', iso(MORNING + DAY))
    expect(client?.last_active_session_id).toBe('sess_2')
  })
})

describe.concurrent('--as-of', () => {
  it('tells what was true then', async () => {
    const folder = await folderWith({ log: HISTORY })
    expect(await statusesOf(folder, '--as-of', iso(MORNING + DAY - 1))).toEqual(['active'])
    expect(await statusesOf(folder, '--as-of', iso(MORNING + DAY))).toEqual(['ended'])
  })

  it('knows of no client before anything was said of it', async () => {
    const folder = await folderWith({ log: HISTORY })
    expect(await clientsOf(folder, '--as-of', iso(MORNING - 1))).toEqual([])
  })

  it('sets the clock too', async () => {
    const folder = await folderWith({ log: logOf(eventLine()) })
    expect(await statusesOf(folder, '--as-of', iso(MORNING + 7 * DAY))).toEqual(['expired'])
  })

  it('leaves the clock to --at, if that is given', async () => {
    const folder = await folderWith({ log: logOf(eventLine()) })
    const options = ['--as-of', iso(MORNING + 7 * DAY), '--at', iso(MORNING)]
    expect(await statusesOf(folder, ...options)).toEqual(['active'])
  })
})

describe.concurrent('--known-at', () => {
  it('tells what was known then', async () => {
    const folder = await folderWith({ log: HISTORY })
    expect(await statusesOf(folder, '--known-at', iso(MORNING + 3 * DAY - 1))).toEqual(['active'])
    expect(await statusesOf(folder, '--known-at', iso(MORNING + 3 * DAY))).toEqual(['ended'])
  })

  it('sets no clock', async () => {
    const folder = await folderWith({ log: logOf(eventLine()) })
    expect(await statusesOf(folder, '--known-at', iso(MORNING + 90 * DAY))).toEqual(['active'])
  })

  it('goes together with --as-of', async () => {
    const folder = await folderWith({ log: HISTORY })
    const options = ['--as-of', iso(MORNING + DAY), '--known-at', iso(MORNING + 2 * DAY)]
    expect(await statusesOf(folder, ...options)).toEqual(['active'])
  })
})

describe.concurrent('--revoked', () => {
  const log = logOf(eventLine({ status: 'revoked' }), eventLine({ id: 'sess_2' }))

  it('keep lists revoked sessions, as without it', async () => {
    const folder = await folderWith({ log })
    expect(await statusesOf(folder)).toEqual(['revoked', 'active'])
    expect(await statusesOf(folder, '--revoked', 'keep')).toEqual(['revoked', 'active'])
  })

  it('drop leaves them out', async () => {
    const folder = await folderWith({ log })
    const [client] = await clientsOf(folder, '--revoked', 'drop')
    expect(client).toMatchObject({ session_ids: ['sess_2'], sessions: [{ id: 'sess_2' }] })
  })
})

describe.concurrent('--client', () => {
  const log = logOf(...['a', 'b', 'c'].map((name) => eventLine({ client_id: `client_${name}` })))

  it('writes this client only', async () => {
    const folder = await folderWith({ log })
    const clients = await clientsOf(folder, '--client', 'client_b')
    expect(clients.map(({ id }) => id)).toEqual(['client_b'])
  })

  it('writes nothing of a client that does not exist', async () => {
    const args = ['replay', 'log', '--client', 'client']
    expect(await (await folderWith({ log })).run(args, { env })).toEqual({
      code: 0,
      stdout: '',
      stderr: 'no event that takes part speaks of that client\n',
    })
  })
})
