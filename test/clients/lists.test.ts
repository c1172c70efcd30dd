import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from '../../src/domain/fold.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { SECONDS_LIMIT } from '../../src/events/time-limits.js'
import { toClient } from '../../src/projections/client.js'
import { toSessions } from '../../src/projections/sessions.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { arbitraryEvent, arbitraryTime } from '../../src/testing/index.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'
import { givenClients, givenTwo, idsOf, THREE_CLIENTS } from './given.js'

const CLIENT_IDS = ['client_1', 'client_2', 'client_3']
const arbitraryLog = fc.array(
  fc
    .constantFrom(...CLIENT_IDS)
    .chain((clientId) => arbitraryEvent({ clientId }))
    .map(({ id: _id, recorded_at: _recordedAt, ...event }) => event),
  { maxLength: 20 },
)
const arbitraryMoment = arbitraryTime().map((time) => Math.max(time, SECONDS_LIMIT))
const arbitraryQuestion = fc.record(
  { at: fc.oneof(arbitraryMoment, fc.constant('recorded' as const)), asOf: arbitraryMoment },
  { requiredKeys: [] },
)

describe('list', () => {
  it('list answers all clients, newest first, if it is asked without limit and offset', async () => {
    const clients = await givenClients({ events: THREE_CLIENTS })
    const { data, totalCount } = await clients.list()
    expect({ ids: data.map(({ id }) => id), totalCount }).toEqual({
      ...{ ids: ['c', 'b', 'a'], totalCount: 3 },
    })
    expect(await clients.list({})).toEqual({ data, totalCount })
  })

  it.each([
    { name: 'a limit', query: { limit: 2 }, ids: ['c', 'b'] },
    { name: 'an offset', query: { offset: 1 }, ids: ['b', 'a'] },
    { name: 'both', query: { limit: 1, offset: 1 }, ids: ['b'] },
    { name: 'a limit of 0', query: { limit: 0 }, ids: [] },
    { name: 'an offset beyond the end', query: { limit: 5, offset: 9 }, ids: [] },
  ])('list with $name answers a part of the list, and the count of all', async ({ query, ids }) => {
    const clients = await givenClients({ events: THREE_CLIENTS })
    const page = await clients.list(query)
    expect({ ids: idsOf(page), totalCount: page.totalCount }).toEqual({ ids, totalCount: 3 })
    expect(page.data).toEqual(await Promise.all(ids.map((id) => clients.get(id))))
  })

  it('list includes what was recorded since the last call', async () => {
    const clients = await givenClients({ events: THREE_CLIENTS })
    await clients.list()
    await clients.record(aSessionEvent({ id: 'sess_4', client_id: 'd', created_at: T0 + DAY }))
    await clients.record(aSessionEvent({ id: 'sess_0', client_id: 'a', created_at: T0 + DAY }))
    expect(idsOf(await clients.list())).toEqual(['d', 'c', 'b', 'a'])
    expect(idsOf(await clients.sessions({}))).toEqual([
      ...['sess_4', 'sess_0', 'sess_3', 'sess_2', 'sess_1'],
    ])
  })

  it('list answers no client that was erased, here or by another process', async () => {
    const [clients, others] = await givenTwo(
      ['a', 'b', 'c'].map((id) => aSessionEvent({ id, client_id: id })),
    )
    expect((await clients.list()).totalCount).toBe(3)
    await others.eraseClient('b')
    expect(await clients.list()).toMatchObject({ totalCount: 2, data: [{}, {}] })
    await others.eraseClient('a')
    expect(idsOf(await clients.sessions({}))).toEqual(['c'])
    await clients.eraseClient('c')
    expect(await clients.list()).toEqual({ data: [], totalCount: 0 })
  })

  it('list answers what the fold of the log says, as of any moment, as sessions does', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLog, arbitraryQuestion, async (log, view) => {
        const clients = await givenClients({ events: log })
        const states = [...fold(log, view).values()]
        const clock = view.at ?? view.asOf ?? T0 + DAY
        const reading = clock === 'recorded' ? {} : { at: clock }
        const expected = states.map((state) => toClient(state, reading))
        const { data, totalCount } = await clients.list(view)
        expect(totalCount).toBe(expected.length)
        expect(data).toHaveLength(expected.length)
        expect(data).toEqual(expect.arrayContaining(expected))
        for (const filter of [{}, { status: 'active' }, { status: 'expired' }] as const) {
          const sessions = toSessions(states, filter, reading)
          expect((await clients.sessions({ ...filter, ...view })).data).toEqual(sessions)
        }
      }),
    )
  })

  it('list works again after a failure of the store', async () => {
    const store = openMemoryStore()
    let isDown = true
    const clients = await givenClients({
      store: {
        ...store,
        readAll: (from) => {
          if (isDown) throw new StoreUnavailable('unreachable', 'down')
          return store.readAll(from)
        },
      },
      events: [aSessionEvent()],
    })
    await expect(clients.list()).rejects.toThrow('down')
    isDown = false
    expect(idsOf(await clients.list())).toEqual(['client_1'])
  })
})

describe('sessions', () => {
  it.each([
    { query: {}, ids: ['sess_3', 'sess_2', 'sess_1'], totalCount: 3 },
    { query: { userId: 'user_1' }, ids: ['sess_3', 'sess_1'], totalCount: 2 },
    { query: { userId: 'user_1', offset: 1 }, ids: ['sess_1'], totalCount: 2 },
    { query: { userId: 'user_1', limit: 1 }, ids: ['sess_3'], totalCount: 2 },
    {
      query: { afterSession: { id: 'sess_3', created_at: T0 + MINUTE } },
      ids: ['sess_2', 'sess_1'],
      totalCount: 3,
    },
    {
      query: { afterSession: { id: 'erased', created_at: T0 + 1 } },
      ids: ['sess_1'],
      totalCount: 3,
    },
    {
      query: {
        userId: 'user_1',
        asOf: T0 + DAY,
        afterSession: { id: 'sess_3', created_at: T0 + MINUTE },
      },
      ...{ ids: ['sess_1'], totalCount: 2 },
    },
    { query: { clientId: 'b' }, ids: ['sess_2'], totalCount: 1 },
    { query: { clientId: 'b', userId: 'user_1' }, ids: [], totalCount: 0 },
    { query: { clientId: 'unknown' }, ids: [], totalCount: 0 },
    { query: { status: 'removed' }, ids: ['sess_3'], totalCount: 1 },
    { query: { status: 'active', limit: 1 }, ids: ['sess_2'], totalCount: 2 },
    { query: { status: 'expired', at: T0 + 8 * DAY }, ids: ['sess_2', 'sess_1'], totalCount: 2 },
    { query: { userId: 'user_2', asOf: T0 - 1 }, ids: [], totalCount: 0 },
    { query: { limit: 1, offset: 1, knownAt: T0 + DAY }, ids: ['sess_2'], totalCount: 3 },
  ] as const)(
    'sessions answers $query with $ids of $totalCount',
    async ({ query, ids, totalCount }) => {
      const clients = await givenClients({ events: THREE_CLIENTS })
      const page = await clients.sessions(query)
      expect({ ids: idsOf(page), totalCount: page.totalCount }).toEqual({ ids, totalCount })
    },
  )

  it('sessions finds the sessions of a user on every client', async () => {
    const clients = await givenClients({
      events: [
        aSessionEvent({ id: 'sess_1' }),
        aSessionEvent({ id: 'sess_2', client_id: 'client_2', created_at: T0 + 1 }),
        aSessionEvent({ id: 'sess_3', user_id: 'user_2' }),
      ],
    })
    expect(idsOf(await clients.sessions({ userId: 'user_1' }))).toEqual(['sess_2', 'sess_1'])
    expect(idsOf(await clients.sessions({ clientId: 'client_1' }))).toEqual(['sess_3', 'sess_1'])
  })
})

describe('session', () => {
  it.each([
    { name: 'a live session', id: 'sess_1', view: {}, expected: { status: 'active' } },
    { name: 'a removed session', id: 'sess_3', view: {}, expected: { status: 'removed' } },
    {
      ...{ name: 'a session by a later clock', id: 'sess_2', view: { at: T0 + 8 * DAY } },
      expected: { status: 'expired' },
    },
    { name: 'null for an unknown id', id: 'sess_9', view: {}, expected: null },
    { name: 'null before the session began', id: 'sess_2', view: { asOf: T0 - 1 }, expected: null },
  ])('session answers $name', async ({ id, view, expected }) => {
    const clients = await givenClients({ events: THREE_CLIENTS })
    const session = await clients.session(id, view)
    if (expected === null) expect(session).toBeNull()
    else expect(session).toMatchObject({ id, ...expected })
  })
})
