import { evolve, foldClient } from '../domain/fold.js'
import { concat, NO_CLIENT, type ClientState } from '../domain/state.js'
import type { EventStore } from '../event-store/event-store.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'

/** The state of a client up to a revision. */
export interface CachedState {
  readonly state: ClientState
  /** 0 if nothing was recorded about the client. */
  readonly revision: number
}

/** The states of the clients that were read last. */
export interface StateCache {
  /** The state of a client now: the cached one, joined with the events since. */
  readonly now: (clientId: string) => Promise<CachedState>
  /** The state of a client before a revision. */
  readonly before: (clientId: string, revision: number) => Promise<ClientState>
  readonly forget: (clientId: string) => void
}

const EMPTY: CachedState = { state: NO_CLIENT, revision: 0 }

const withEvents = (cached: CachedState, recorded: ReadonlyArray<RecordedEvent>): CachedState => {
  const last = recorded.at(-1)
  if (last === undefined) return cached
  // Each evolve copies the state. For many events, one separate fold and one join cost less.
  const state =
    recorded.length < 8
      ? recorded.reduce((before, { event }) => evolve(before, event), cached.state)
      : concat(cached.state, foldClient(recorded.map(({ event }) => event)))
  return { state, revision: last.revision }
}

/**
 * Creates a cache of the states of up to `capacity` clients. A cached state may be out of date and still
 * does no harm: the events since are joined to it, and joining some of them twice changes nothing.
 */
export const createStateCache = (store: EventStore, capacity: number): StateCache => {
  const states = new Map<string, CachedState>()

  const remember = (clientId: string, state: CachedState): CachedState => {
    // The map iterates in the order of insertion: the least recently used client comes first.
    states.delete(clientId)
    if (state.revision > 0) states.set(clientId, state)
    const [oldest] = states.keys()
    if (states.size > capacity && oldest !== undefined) states.delete(oldest)
    return state
  }

  return {
    now: async (clientId) => {
      const cached = states.get(clientId)
      if (cached !== undefined) {
        // The last event in the cache is read again: if it is gone, another process erased the client.
        const [last, ...since] = await store.readClient(clientId, cached.revision)
        if (last !== undefined) return remember(clientId, withEvents(cached, since))
      }
      return remember(clientId, withEvents(EMPTY, await store.readClient(clientId)))
    },
    before: async (clientId, revision) => {
      const cached = states.get(clientId)
      if (cached?.revision === revision - 1) return cached.state
      const events = await store.readClient(clientId)
      return withEvents(
        EMPTY,
        events.filter((recorded) => recorded.revision < revision),
      ).state
    },
    forget: (clientId) => {
      states.delete(clientId)
    },
  }
}
