import type { ClientState, KnownClient } from '../domain/client-state.js'
import { NO_CLIENT } from '../domain/client-state.js'
import { evolve } from '../domain/evolve.js'
import { startFold } from '../domain/fold.js'
import type { Horizon } from '../domain/horizon.js'
import { compareValues } from '../domain/session-version.js'
import { clientIdOf } from '../events/client-event.js'
import type { Session } from '../events/session.js'
import { toSessions } from '../projections/sessions.js'
import type { EventStore } from '../store/event-store.js'
import type { Position } from '../store/recorded-event.js'

/** Everything there is, in the order in which lists show it. */
export interface Catalogue {
  /** Newest first by creation, as Clerk lists them. */
  readonly clients: () => ReadonlyArray<KnownClient>
  /** Newest first by creation, with statuses as recorded. */
  readonly sessions: () => ReadonlyArray<Session>
}

/** What lists over all clients need: no store knows when a client was created, only its fold does. */
export interface Directory {
  /** Everything known now: what was known at the last asking, and what came since. */
  readonly now: () => Promise<Catalogue>
  /** Everything from another moment. It reads the whole log. */
  readonly asOf: (horizon: Horizon) => Promise<Catalogue>
  readonly forget: (clientId: string) => void
}

const compareNewestFirst = (left: KnownClient, right: KnownClient): number =>
  compareValues(right.created_at, left.created_at) || compareValues(right.id, left.id)

/** Sorted at the first asking, and not again. */
const catalogueOf = (states: () => Iterable<ClientState>): Catalogue => {
  let clients: ReadonlyArray<KnownClient> | undefined
  let sessions: ReadonlyArray<Session> | undefined
  const known = (): KnownClient[] =>
    Array.from(states()).flatMap((state) => (state.id === null ? [] : [state]))
  return {
    clients: () => (clients ??= known().sort(compareNewestFirst)),
    sessions: () => (sessions ??= toSessions(known())),
  }
}

/**
 * Folds the whole log into memory when a list is first asked for, and only then: about a kilobyte for
 * each session. From then on, what has come since is joined at each asking.
 */
export const createDirectory = (store: EventStore): Directory => {
  const states = new Map<string, ClientState>()
  let after: Position | undefined
  let catalogue: Catalogue | undefined
  let reading: Promise<unknown> = Promise.resolve()

  const catchUp = async (): Promise<Catalogue> => {
    for await (const { event, position } of store.readAll({ after })) {
      const id = clientIdOf(event)
      states.set(id, evolve(states.get(id) ?? NO_CLIENT, event))
      after = position
      catalogue = undefined
    }
    return (catalogue ??= catalogueOf(() => states.values()))
  }

  return {
    now: () => {
      // One reading at a time, each from where the one before it ended, whether or not that failed.
      const next = reading.then(catchUp, catchUp)
      reading = next
      return next
    },
    asOf: async (horizon) => {
      const folding = startFold(horizon)
      for await (const { event } of store.readAll()) folding.add(event)
      return catalogueOf(() => folding.clients.values())
    },
    forget: (clientId) => {
      if (states.delete(clientId)) catalogue = undefined
    },
  }
}
