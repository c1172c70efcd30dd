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
import { createNewestFirst } from './sorted-view.js'

/** Everything there is, newest first by creation, as Clerk lists it. */
export interface Catalogue {
  readonly clients: Shelf<ExistingClient>
  /** With statuses as recorded. */
  readonly sessions: Shelf<Session>
}

/** A long list of which most is seldom looked at. */
export interface Shelf<A> {
  readonly length: number
  readonly at: (index: number) => A
}

/** What lists over all clients need: no store knows when a client was created, only its fold does. */
export interface Directory {
  /** Looks at everything known now: what was known at the last asking, and what came since. */
  readonly now: <A>(look: (catalogue: Catalogue) => A) => Promise<A>
  /** Looks at everything from another moment. It reads the whole log. */
  readonly asOf: <A>(horizon: Horizon, look: (catalogue: Catalogue) => A) => Promise<A>
  readonly forget: (clientId: string) => void
}

/** What an order names is known; else it is a defect. */
export const thereIs = <A>(found: A | undefined): A => {
  if (found === undefined) throw new Error('what is listed is known')
  return found
}

/** States, and the order in which they and their sessions are listed. */
class Shelves {
  readonly #states = new Map<string, ExistingClient>()
  readonly #versions = new Map<string, SessionVersion>()
  readonly #clientOrder = createNewestFirst()
  readonly #sessionOrder = createNewestFirst()

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

  catalogue(): Catalogue {
    const clients = this.#clientOrder.entries()
    const sessions = this.#sessionOrder.entries()
    return {
      clients: {
        length: clients.length,
        at: (index) => thereIs(this.#states.get(thereIs(clients[index]).id)),
      },
      sessions: {
        length: sessions.length,
        at: (index) => thereIs(this.#versions.get(thereIs(sessions[index]).id)).session,
      },
    }
  }
}

/**
 * Folds the whole log into memory when a list is first asked for, and only then: under a kilobyte for
 * each session. From then on, what has come since is joined at each asking.
 */
export const createDirectory = (store: EventStore): Directory => {
  const shelves = new Shelves()
  let after: Position | undefined
  let reading: Promise<unknown> = Promise.resolve()

  const catchUp = async (): Promise<void> => {
    for await (const { event, position } of store.readAll({ after })) {
      shelves.add(event)
      after = position
    }
  }

  return {
    now: async (look) => {
      // One reading at a time, each from where the one before it ended, whether or not that failed.
      reading = reading.then(catchUp, catchUp)
      await reading
      // Nothing is awaited between making a catalogue and looking at it: it is no copy.
      return look(shelves.catalogue())
    },
    asOf: async (horizon, look) => {
      const folding = startFold(horizon)
      for await (const { event } of store.readAll()) folding.add(event)
      const then = new Shelves()
      for (const state of folding.clients.values()) then.put(state)
      return look(then.catalogue())
    },
    forget: (clientId) => {
      shelves.remove(clientId)
    },
  }
}
