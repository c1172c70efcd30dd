import { evolve, foldClient } from '../domain/fold.js'
import { concat, NO_CLIENT, type ClientState } from '../domain/state.js'
import type { EventStore } from '../event-store/event-store.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'

/** What is known of a client, up to a revision. */
export interface KeptState {
  readonly state: ClientState
  /** 0 where nothing was recorded. */
  readonly revision: number
}

/** The states of the clients that were asked for last. */
export interface KeptStates {
  /** What is known of a client now: what is kept, and what came since. */
  readonly now: (clientId: string) => Promise<KeptState>
  /** What was known of a client before a revision. */
  readonly before: (clientId: string, revision: number) => Promise<ClientState>
  readonly forget: (clientId: string) => void
}

const NOTHING: KeptState = { state: NO_CLIENT, revision: 0 }

const withEvents = (kept: KeptState, recorded: ReadonlyArray<RecordedEvent>): KeptState => {
  const last = recorded.at(-1)
  if (last === undefined) return kept
  // A few events are put on top; many are folded for themselves, which copies nothing for each.
  const state =
    recorded.length < 8
      ? recorded.reduce((before, { event }) => evolve(before, event), kept.state)
      : concat(kept.state, foldClient(recorded.map(({ event }) => event)))
  return { state, revision: last.revision }
}

/**
 * Keeps the states of up to `most` clients. A kept state may be old and does no harm: the events
 * since are joined to it, and joining some of them twice changes nothing.
 */
export const createKeptStates = (store: EventStore, most: number): KeptStates => {
  const kept = new Map<string, KeptState>()

  const keep = (clientId: string, state: KeptState): KeptState => {
    // The map holds the least recently used first.
    kept.delete(clientId)
    if (state.revision > 0) kept.set(clientId, state)
    const [oldest] = kept.keys()
    if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    return state
  }

  return {
    now: async (clientId) => {
      const known = kept.get(clientId)
      if (known !== undefined) {
        // The last known event is read again: if it is gone, another process has erased the client.
        const [last, ...since] = await store.readClient(clientId, known.revision)
        if (last !== undefined) return keep(clientId, withEvents(known, since))
      }
      return keep(clientId, withEvents(NOTHING, await store.readClient(clientId)))
    },
    before: async (clientId, revision) => {
      const known = kept.get(clientId)
      if (known?.revision === revision - 1) return known.state
      const events = await store.readClient(clientId)
      return withEvents(
        NOTHING,
        events.filter((recorded) => recorded.revision < revision),
      ).state
    },
    forget: (clientId) => {
      kept.delete(clientId)
    },
  }
}
