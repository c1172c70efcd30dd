import { describe, expect, it } from 'vitest'
import { BelowHorizon } from '../../src/clients/below-horizon.js'
import { openClients, type Clients } from '../../src/clients/clients.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent, MINUTE, T0 } from '../given.js'
import { givenClients } from './given.js'

const HORIZON = T0 + 10 * MINUTE

/** A session that was updated often; every event is recorded when it is said. */
const EVENTS = [0, 2, 4, 12].map((minute) =>
  aSessionEvent(
    { updated_at: T0 + minute * MINUTE, last_active_at: T0 + minute * MINUTE },
    { id: `msg_${minute}`, recorded_at: T0 + minute * MINUTE },
  ),
)

const givenCompacted = async (): Promise<Clients> => {
  const store = openMemoryStore()
  const clients = await givenClients({ store, events: EVENTS })
  await store.compact(HORIZON)
  return clients
}

describe('a view below the horizon', () => {
  const BELOW = [
    { name: 'asOf', view: { asOf: HORIZON - 1 } },
    { name: 'knownAt', view: { knownAt: HORIZON - 1 } },
    { name: 'one of both', view: { asOf: HORIZON + 1, knownAt: HORIZON - 1 } },
  ]
  it.each(BELOW)('every question with $name below the horizon is refused', async ({ view }) => {
    const clients = await givenCompacted()
    const refused = new BelowHorizon(HORIZON)
    const questions = [
      () => clients.get('client_1', view),
      () => clients.get('client_unknown', view),
      () => clients.session('sess_1', view),
      () => clients.session('sess_unknown', view),
      () => clients.list(view),
      () => clients.sessions(view),
      () => clients.sessions({ userId: 'user_1', ...view }),
      () => clients.sessions({ clientId: 'client_1', ...view }),
      () => clients.devices('user_1', view),
      () => clients.all(view)[Symbol.asyncIterator]().next(),
    ]
    for (const ask of questions) await expect(ask()).rejects.toEqual(refused)
  })

  it('a question at or above the horizon, or about the present, is answered as before', async () => {
    const whole = await givenClients({ store: openMemoryStore(), events: EVENTS })
    const clients = await givenCompacted()
    expect(await clients.history('client_1')).toHaveLength(2)
    const views = [{}, { at: T0 }, { asOf: HORIZON }, { knownAt: HORIZON }, { asOf: HORIZON + 1 }]
    for (const view of views) {
      expect(await clients.get('client_1', view)).toEqual(await whole.get('client_1', view))
      expect(await clients.list(view)).toEqual(await whole.list(view))
      expect(await clients.sessions(view)).toEqual(await whole.sessions(view))
    }
  })

  it('the refusal names the horizon', () => {
    expect(new BelowHorizon(HORIZON).message).toBe(
      'the store was compacted before 2024-05-28T08:10:00.000Z: ask for that moment or a later one',
    )
  })
})

it('a client in memory whose last event another process compacted away gets the events since', async () => {
  const store = openMemoryStore()
  const clients = await givenClients({ store, events: EVENTS.slice(0, 2) })
  const updatedAt = async () => (await clients.get('client_1'))?.updated_at
  expect(await updatedAt()).toBe(T0 + 2 * MINUTE)
  expect(await updatedAt()).toBe(T0 + 2 * MINUTE)
  await openClients({ store }).record(EVENTS.slice(2))
  expect(await store.compact(T0 + 20 * MINUTE)).toMatchObject({ events: 3 })
  expect(await updatedAt()).toBe(T0 + 12 * MINUTE)
  const ended = await clients.execute('client_1', {
    type: 'EndSession',
    at: T0 + 13 * MINUTE,
    sessionId: 'sess_1',
  })
  expect(ended).toMatchObject({ _tag: 'Right' })
})
