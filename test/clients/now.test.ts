import { describe, expect, it } from 'vitest'
import { openClients, type Clients } from '../../src/clients/clients.js'
import type { Question } from '../../src/clients/question.js'
import type { SessionStatus } from '../../src/events/session.js'
import { openGuard } from '../../src/guard/index.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'
import { givenClients } from './given.js'

/** The session of the examples expires after seven days. */
const EXPIRED = T0 + 8 * DAY

const clients = await givenClients({ events: [aSessionEvent()], now: () => EXPIRED })

const firstOf = async (all: AsyncIterable<{ readonly sessions: ReadonlyArray<Read> }>) => {
  for await (const { sessions } of all) return sessions[0]
  return undefined
}

interface Read {
  readonly status: SessionStatus
}

/** Every method that reads statuses, and how it reads the one session. */
const METHODS: Readonly<
  Record<string, (open: Clients, query: Question) => Promise<Read | null | undefined>>
> = {
  get: async (open, query) => (await open.get('client_1', query))?.sessions[0],
  list: async (open, query) => (await open.list(query)).data[0]?.sessions[0],
  session: (open, query) => open.session('sess_1', query),
  sessions: async (open, query) => (await open.sessions(query)).data[0],
  'sessions of a user': async (open, query) =>
    (await open.sessions({ userId: 'user_1', ...query })).data[0],
  devices: async (open, query) => (await open.devices('user_1', query))[0]?.sessions[0],
  all: (open, query) => firstOf(open.all(query)),
}

const QUESTIONS = [
  { name: 'now', query: {}, status: 'expired' },
  { name: 'now, with an undefined clock', query: { at: undefined }, status: 'expired' },
  { name: 'as recorded', query: { at: 'recorded' }, status: 'active' },
  { name: 'another clock', query: { at: T0 + MINUTE }, status: 'active' },
  { name: 'a clock before everything', query: { at: 0 }, status: 'active' },
  { name: 'a moment, which is its own clock', query: { asOf: T0 + MINUTE }, status: 'active' },
  { name: 'a late moment', query: { asOf: EXPIRED }, status: 'expired' },
  {
    name: 'a late moment, as recorded',
    query: { asOf: EXPIRED, at: 'recorded' },
    status: 'active',
  },
  { name: 'a moment, by another clock', query: { asOf: T0, at: EXPIRED }, status: 'expired' },
  { name: 'what was known then, now', query: { knownAt: T0 + DAY }, status: 'expired' },
] as const

describe('now', () => {
  it.each(
    Object.keys(METHODS).flatMap((method) =>
      QUESTIONS.map((question) => ({ method, ...question })),
    ),
  )('$method reads the status $status for $name', async ({ method, query, status }) => {
    expect(await METHODS[method]!(clients, query)).toMatchObject({ status })
  })

  it('sessions are selected by the status that they read', async () => {
    const totalOf = async (query: object) => (await clients.sessions(query)).totalCount
    expect(await totalOf({ status: 'active' })).toBe(0)
    expect(await totalOf({ status: 'active', at: 'recorded' })).toBe(1)
    expect(await totalOf({ status: 'active', asOf: EXPIRED, at: 'recorded' })).toBe(1)
  })

  it('client.changed gives the Client by the clock of now', async () => {
    let now = T0
    const own = await givenClients({ now: () => now })
    const heard: Array<string | null> = []
    own.on('client.changed', ({ last_active_session_id }) => heard.push(last_active_session_id))
    await own.record(aSessionEvent())
    now = EXPIRED
    await own.record(aSessionEvent({ updated_at: T0 + 1 }))
    expect(heard).toEqual(['sess_1', null])
  })

  it.each(
    (['at', 'asOf', 'knownAt'] as const).flatMap((key) =>
      [
        { name: 'a text', value: '2024-05-28' },
        { name: 'a Date', value: new Date(T0) },
        { name: 'null', value: null },
        { name: 'NaN', value: NaN },
        { name: 'infinite', value: Infinity },
      ].map((wrong) => ({ key, ...wrong })),
    ),
  )('every method refuses $name for $key', async ({ key, value }) => {
    for (const method of Object.keys(METHODS)) {
      const answer = METHODS[method]!(clients, { [key]: value })
      await expect(answer).rejects.toThrow(TypeError)
      await expect(answer).rejects.toThrow(
        new RegExp(`: ${key} must be ("recorded" or )?a finite number of epoch milliseconds`),
      )
    }
  })

  it('every method refuses seconds, and says that they look like seconds', async () => {
    for (const method of Object.keys(METHODS)) {
      for (const key of ['at', 'asOf', 'knownAt']) {
        await expect(METHODS[method]!(clients, { [key]: T0 / 1000 })).rejects.toThrow(
          `: ${key} looks like seconds. Give epoch milliseconds: multiply it by 1000.`,
        )
      }
    }
  })

  it.each([
    { name: 'seconds', now: () => T0 / 1000, problem: 'now answers seconds' },
    { name: 'a Date', now: () => new Date(T0), problem: 'now must answer a finite number' },
    { name: 'nothing', now: () => undefined, problem: 'now must answer a finite number' },
    { name: 'NaN', now: () => NaN, problem: 'now must answer a finite number' },
  ])('a clock that answers $name is refused', ({ now, problem }) => {
    const clock = now as () => number
    expect(() => openClients({ store: openMemoryStore(), now: clock })).toThrow(problem)
    expect(() => openGuard({ clients, now: clock, unknown: 'pass', lagging: 'pass' })).toThrow(
      problem,
    )
  })
})
