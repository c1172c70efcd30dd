import { evolve, startFold, type Horizon } from '../domain/fold.js'
import {
  NO_CLIENT,
  type ClientState,
  type ExistingClient,
  type SessionVersion,
} from '../domain/state.js'
import { clientIdOf, type ClientEvent } from '../events/client-event.js'
import type { Session } from '../events/session.js'
import { putSharedSession } from '../projections/sessions.js'
import type { EventStore } from '../event-store/event-store.js'
import type { Position } from '../event-store/recorded-event.js'
import { ForeignPosition } from '../event-store/store-error.js'
import { createSortedView } from './sorted-view.js'

/** All clients and sessions, newest first by creation, as Clerk lists them. */
export interface SortedLists {
  readonly clients: SortedList<ExistingClient>
  /** With statuses as recorded. */
  readonly sessions: SortedList<Session>
}

/** A long list whose entries are looked up one by one, because most of them are seldom read. */
export interface SortedList<A> {
  readonly length: number
  readonly at: (index: number) => A
}

/** Lists over all clients. No store can order them: only the fold knows when a client was created. */
export interface ClientIndex {
  /** Reads the lists as they are now: it first joins the events that came since the last call. */
  readonly now: <A>(read: (lists: SortedLists) => A) => Promise<A>
  /** Reads the lists as of another moment. It folds the whole log. */
  readonly asOf: <A>(horizon: Horizon, read: (lists: SortedLists) => A) => Promise<A>
  readonly forget: (clientId: string) => void
}

/** Narrows a look-up that cannot miss; a miss is a defect. */
export const defined = <A>(value: A | undefined): A => {
  if (value === undefined) throw new Error('a sorted list names an entry that does not exist')
  return value
}

/** The states of all clients, and the order in which they and their sessions are listed. */
class StateIndex {
  readonly #states = new Map<string, ExistingClient>()
  readonly #versions = new Map<string, SessionVersion>()
  readonly #clientOrder = createSortedView()
  readonly #sessionOrder = createSortedView()

  add(event: ClientEvent): void {
    const id = clientIdOf(event)
    const before: ClientState = this.#states.get(id) ?? NO_CLIENT
    const after = evolve(before, event)
    if (after === before || after.id === null) return
    const touched = event.type === 'client.observed' ? event.data.sessions : [event.data]
    this.put(
      after,
      touched.map((session) => session.id),
    )
  }

  put(state: ExistingClient, sessionIds: Iterable<string> = state.sessions.keys()): void {
    this.#states.set(state.id, state)
    this.#clientOrder.put(state.id, state.created_at)
    for (const id of sessionIds) {
      const version = state.sessions.get(id)
      if (version !== undefined) this.#putVersion(id, version)
    }
  }

  #putVersion(id: string, version: SessionVersion): void {
    if (!putSharedSession(this.#versions, version)) return
    this.#sessionOrder.put(id, version.session.created_at)
  }

  remove(clientId: string): void {
    const state = this.#states.get(clientId)
    this.#states.delete(clientId)
    this.#clientOrder.remove(clientId)
    for (const id of state?.sessions.keys() ?? []) {
      this.#versions.delete(id)
      this.#sessionOrder.remove(id)
      // Another client may claim the session too.
      for (const other of this.#states.values()) {
        const version = other.sessions.get(id)
        if (version !== undefined) this.#putVersion(id, version)
      }
    }
  }

  lists(): SortedLists {
    const clients = this.#clientOrder.entries()
    const sessions = this.#sessionOrder.entries()
    return {
      clients: {
        length: clients.length,
        at: (index) => defined(this.#states.get(defined(clients[index]).id)),
      },
      sessions: {
        length: sessions.length,
        at: (index) => defined(this.#versions.get(defined(sessions[index]).id)).session,
      },
    }
  }
}

/**
 * Creates an index that reads nothing before its first use. Then it folds the whole log into memory,
 * under a kilobyte for each session, and from then on joins what came since the last call.
 */
export const createClientIndex = (store: EventStore): ClientIndex => {
  let current = new StateIndex()
  let after: Position | undefined
  let reading: Promise<unknown> = Promise.resolve()

  const catchUp = async (): Promise<void> => {
    // Taken before the reading, because the last position of a complete reading can lie above an event
    // that commits later. Some events come again at the next reading: to join them twice changes nothing.
    const next = await store.lastPosition()
    try {
      for await (const { event } of store.readAll({ after })) current.add(event)
    } catch (error) {
      if (!(error instanceof ForeignPosition)) throw error
      // Another life of the store, in which some events may be missing.
      current = new StateIndex()
      for await (const { event } of store.readAll()) current.add(event)
    }
    after = next
  }

  return {
    now: async (read) => {
      // One reading at a time. Each begins where the one before ended, even if that one failed.
      reading = reading.then(catchUp, catchUp)
      await reading
      // The lists are no copy: nothing may be awaited between making and reading them.
      return read(current.lists())
    },
    asOf: async (horizon, read) => {
      const folding = startFold(horizon)
      for await (const { event } of store.readAll()) folding.add(event)
      const past = new StateIndex()
      for (const state of folding.clients.values()) past.put(state)
      return read(past.lists())
    },
    forget: (clientId) => {
      current.remove(clientId)
    },
  }
}
