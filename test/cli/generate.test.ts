import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { clientIdOf, type ClientEvent } from '../../src/events/client-event.js'
import { parseEvent } from '../../src/events/decode-event.js'
import { folderWith, linesOf } from './given/folder.js'
import { runInProcess } from './given/in-process.js'

const EVENTS = 20_000
const CLIENTS = 40

const folder = await folderWith()

const generated = async (
  shape: 'slim' | 'full',
  { seed = 1, events = EVENTS, clients = CLIENTS } = {},
): Promise<string> => {
  const name = `${shape}-${seed}-${events}-${clients}`
  if (!(await folder.names()).includes(name)) {
    const numbers = Object.entries({ seed, events, clients })
    const options = numbers.flatMap(([option, number]) => [`--${option}`, String(number)])
    const out = `${folder.path}/${name}`
    const ended = await runInProcess(['generate', ...options, '--shape', shape, '--out', out])
    expect(ended).toEqual({ code: 0, stdout: '', stderr: '' })
  }
  return folder.read(name)
}

const eventsOf = (log: string): ReadonlyArray<ClientEvent> =>
  linesOf(log).map((line) => {
    const event = parseEvent(line)
    if (E.isLeft(event)) throw new Error(`refused: ${event.left._tag}`)
    return event.right
  })

const sessionsByClient = (events: ReadonlyArray<ClientEvent>): ReadonlyArray<number> => {
  const sessions = new Map<string, Set<string>>()
  for (const event of events) {
    const id = clientIdOf(event)
    sessions.set(id, (sessions.get(id) ?? new Set()).add(event.data.id))
  }
  return Array.from(sessions.values(), ({ size }) => size)
}

it.each([{ shape: 'slim' }, { shape: 'full' }] as const)(
  'the same seed gives the same bytes in the shape $shape',
  async ({ shape }) => {
    const options = { seed: 7, events: 2000 }
    const log = await generated(shape, options)
    const { stdout } = await folder.run([
      ...['generate', '--events', '2000', '--clients', String(CLIENTS)],
      ...['--seed', '7', '--shape', shape],
    ])
    expect(stdout === log).toBe(true)
  },
)

it('another seed gives other bytes', async () => {
  const logs = [1, 2, 0, -1].map((seed) => generated('slim', { seed, events: 100 }))
  expect(new Set(await Promise.all(logs)).size).toBe(4)
})

it('the default seed is 1, and the default shape is slim', async () => {
  const { stdout } = await folder.run(['generate', '--events', '100', '--clients', '40'])
  expect(stdout).toBe(await generated('slim', { seed: 1, events: 100 }))
})

const slim = await generated('slim')
const full = await generated('full')

describe.each([
  { shape: 'slim', log: slim, least: 400, most: 520 },
  { shape: 'full', log: full, least: 1700, most: 2400 },
])('a $shape log', ({ log, least, most }) => {
  const lines = linesOf(log)
  const events = eventsOf(log)

  it('the log has as many lines as --events says', () => {
    expect(lines).toHaveLength(EVENTS)
    expect(log.endsWith('}\n')).toBe(true)
  })

  it(`an average line has ${least} to ${most} bytes`, () => {
    const average = Buffer.byteLength(log) / EVENTS
    expect(average).toBeGreaterThan(least)
    expect(average).toBeLessThan(most)
  })

  it('every line of the log is an event', () => {
    expect(events).toHaveLength(EVENTS)
  })

  it('the log has as many clients as --clients says, and some of several users', () => {
    expect(new Set(events.map(clientIdOf)).size).toBe(CLIENTS)
    const usersOf = new Map<string, Set<string>>()
    for (const event of events) {
      if (event.type === 'client.observed') continue
      const { client_id, user_id } = event.data
      usersOf.set(client_id, (usersOf.get(client_id) ?? new Set()).add(user_id))
    }
    const shared = [...usersOf.values()].filter(({ size }) => size > 1)
    expect(shared.length).toBeGreaterThan(CLIENTS / 10)
    expect(shared.length).toBeLessThan(CLIENTS)
  })

  it('the log interleaves its clients', () => {
    const ids = events.map(clientIdOf)
    const changes = ids.filter((id, index) => index > 0 && id !== ids[index - 1])
    expect(changes.length).toBeGreaterThan(EVENTS / 2)
  })

  it('the log repeats some deliveries byte for byte', () => {
    const repeated = EVENTS - new Set(lines).size
    expect(repeated).toBeGreaterThan(EVENTS / 100)
    expect(repeated).toBeLessThan(EVENTS / 10)
    const ids = events.map(({ id }) => id)
    expect(EVENTS - new Set(ids).size).toBe(repeated)
  })

  it('the log has deliveries that come late', () => {
    const firstOf = new Map<string | undefined, number>()
    for (const { id, timestamp = 0 } of events) if (!firstOf.has(id)) firstOf.set(id, timestamp)
    const times = [...firstOf.values()]
    const late = times.filter((time, index) => time < Math.max(...times.slice(index - 20, index)))
    expect(late.length).toBeGreaterThan(EVENTS / 50)
  })

  it('the log has clients with many sessions', () => {
    const counts = sessionsByClient(events)
    expect(counts.filter((count) => count > 20).length).toBeGreaterThan(2)
  })

  it('the log has every type of session event', () => {
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set([
        ...['session.created', 'session.pending', 'session.ended'],
        ...['session.removed', 'session.revoked'],
      ]),
    )
  })

  it('the log has escapes and letters of many languages', () => {
    expect(log).toContain('\\"')
    expect(log).toContain('\\\\')
    expect(log).toMatch(/\\u00fc/i)
    expect(log).toMatch(/[ü]/)
    expect(log).toMatch(/\p{Script=Han}/u)
  })

  it('the log has some times in seconds', () => {
    expect(log).toMatch(/"timestamp":\d{10},/)
    expect(log).toMatch(/"timestamp":\d{13},/)
  })

  it('replay refuses no line of the log', async () => {
    const { stdout, stderr, code } = await folder.run(['replay'], { input: log })
    expect({ lines: linesOf(stdout).length, stderr, code }).toEqual({
      lines: CLIENTS,
      stderr: '',
      code: 0,
    })
  })
})

it('a full log has the user and the request, as webhooks do', () => {
  const [line = ''] = linesOf(full)
  expect(JSON.parse(line)).toMatchObject({
    instance_id: expect.stringMatching(/^ins_/) as string,
    event_attributes: { http_request: { client_ip: expect.any(String) as string } },
    data: { user: { object: 'user', email_addresses: [{ object: 'email_address' }] } },
  })
})

it('a full log has characters outside of the basic plane', () => {
  expect(full).toContain('🦊')
  expect(full).toMatch(/\\ud83e\\udd8a/i)
})

it.each([
  { events: 7, clients: 7, present: 7 },
  { events: 3, clients: 9, present: 3 },
  { events: 1, clients: 1, present: 1 },
  { events: 50, clients: 49, present: 49 },
])(
  'a log of $events lines has $present of $clients clients',
  async ({ events, clients, present }) => {
    const log = eventsOf(await generated('slim', { events, clients }))
    expect(log).toHaveLength(events)
    expect(new Set(log.map(clientIdOf)).size).toBe(present)
  },
)
