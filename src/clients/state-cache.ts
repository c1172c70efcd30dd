import { evolve, foldClient } from '../domain/fold.js'
import { concat, NO_CLIENT, type ClientState } from '../domain/state.js'
import type { EventStore } from '../event-store/event-store.js'
import { createSharedReading } from '../views/shared-reading.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import { lostAmong, readLostClients } from './erased-clients.js'

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
  /** Forgets a client. A reading of it that is under way is not remembered either. */
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
  /** The number of the last erasure that the cache has taken into account. */
  let lastErasure: number | undefined
  /** How often something was forgotten. A state that was read meanwhile may be out of date. */
  let forgettings = 0

  /** Forgets the clients that lost something by an erasure, of whichever process. Callers share a look-up. */
  const forgetLost = createSharedReading(async () => {
    if (lastErasure === undefined) {
      const { last } = await store.erasures()
      lastErasure ??= last
      return
    }
    const lost = await readLostClients(store, lastErasure)
    if (lost.last <= lastErasure) return
    lastErasure = lost.last
    forgettings += 1
    for (const id of lostAmong(states.keys(), lost.hashes)) states.delete(id)
  })

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
      // Before the first reading, so that no erasure after it is missed.
      if (lastErasure === undefined) await forgetLost()
      const before = forgettings
      const cached = states.get(clientId)
      if (cached !== undefined) {
        // At the same time: an erasure that one of them does not see was not over when this was called.
        const [[last, ...since]] = await Promise.all([
          store.readClient(clientId, cached.revision),
          forgetLost(),
        ])
        // A compaction can have dropped the last event. Then a later one comes first.
        if (last?.revision === cached.revision && forgettings === before) {
          return remember(clientId, withEvents(cached, since))
        }
      }
      const start = forgettings
      const state = withEvents(EMPTY, await store.readClient(clientId))
      return forgettings === start ? remember(clientId, state) : state
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
      forgettings += 1
      states.delete(clientId)
    },
  }
}
