import { openClients, type Clients } from '../../src/clients/clients.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'

export interface GivenOptions {
  readonly events?: ReadonlyArray<ClientEvent>
  readonly store?: EventStore
  readonly cachedStates?: number
  readonly now?: () => number
}

/** Clients over a store in memory. Both clocks stand a day after the examples begin. */
export const givenClients = async ({
  events = [],
  store = openMemoryStore({ now: () => T0 + DAY }),
  now = () => T0 + DAY,
  ...options
}: GivenOptions = {}): Promise<Clients> => {
  const clients = openClients({ store, now, ...options })
  await clients.record(events)
  return clients
}

/** Three clients, of which `c` is the newest and has a removed session only; `b` is of another user. */
export const THREE_CLIENTS: ReadonlyArray<ClientEvent> = [
  aSessionEvent({ id: 'sess_1', client_id: 'a', created_at: T0 }),
  aSessionEvent({ id: 'sess_2', client_id: 'b', created_at: T0 + MINUTE, user_id: 'user_2' }),
  aSessionEvent({ id: 'sess_3', client_id: 'c', created_at: T0 + MINUTE, status: 'removed' }),
]

/** Two values of `Clients` that share one store, as two processes do. */
export const givenTwo = async (
  events: ReadonlyArray<ClientEvent> = [],
): Promise<readonly [Clients, Clients]> => {
  const store = openMemoryStore()
  return [await givenClients({ store, events }), openClients({ store })]
}

export const idsOf = ({
  data,
}: {
  readonly data: ReadonlyArray<{ readonly id: string }>
}): ReadonlyArray<string> => data.map(({ id }) => id)
