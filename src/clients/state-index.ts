import { evolve } from '../domain/fold.js'
import {
  NO_CLIENT,
  type ClientState,
  type ExistingClient,
  type SessionVersion,
} from '../domain/state.js'
import type { CorruptRecord } from '../event-store/store-error.js'
import { clientIdOf, type ClientEvent } from '../events/client-event.js'
import type { Session } from '../events/session.js'
import { putSharedSession } from '../projections/sessions.js'
import type { Pause } from './pause.js'
import { createSortedView } from './sorted-view.js'

/** A long list whose entries are looked up one by one, because most of them are seldom read. */
export interface SortedList<A> {
  readonly length: number
  readonly at: (index: number) => A
}

/** All clients and sessions, newest first by creation, as Clerk lists them. */
export interface SortedLists {
  readonly clients: SortedList<ExistingClient>
  /** With statuses as recorded. */
  readonly sessions: SortedList<Session>
  /** How many damaged records were left out. */
  readonly damaged: number
}

/** Narrows a look-up that cannot miss; a miss is a defect. */
export const defined = <A>(value: A | undefined): A => {
  if (value === undefined) throw new Error('a sorted list names an entry that does not exist')
  return value
}

/** The states of all clients, and the order in which they and their sessions are listed. */
export class StateIndex {
  readonly #states = new Map<string, ExistingClient>()
  readonly #versions = new Map<string, SessionVersion>()
  /** The clients of each session that more than one client claims: few, because senders must disagree. */
  readonly #claimants = new Map<string, Set<string>>()
  readonly #clientOrder = createSortedView()
  readonly #sessionOrder = createSortedView()
  readonly #damages = new Set<string>()

  /** Notes a damaged record, which is left out. */
  readonly addDamage = ({ position, message }: CorruptRecord): void => {
    this.#damages.add(position ?? message)
  }

  /** Joins an event to the state of its client. */
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

  /** @param sessionIds - those that may have changed; all sessions of the client unless given */
  put(state: ExistingClient, sessionIds: Iterable<string> = state.sessions.keys()): void {
    this.#states.set(state.id, state)
    this.#clientOrder.put(state.id, state.created_at)
    for (const id of sessionIds) {
      const version = state.sessions.get(id)
      if (version !== undefined) this.#putVersion(id, version)
    }
  }

  #putVersion(id: string, version: SessionVersion): void {
    const other = this.#versions.get(id)?.session.client_id
    const claimant = version.session.client_id
    if (other !== undefined && other !== claimant) {
      const claimants = this.#claimants.get(id) ?? new Set()
      this.#claimants.set(id, claimants.add(other).add(claimant))
    }
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
      for (const claimant of this.#claimants.get(id) ?? []) {
        const version = this.#states.get(claimant)?.sessions.get(id)
        if (version !== undefined) this.#putVersion(id, version)
      }
    }
  }

  clientIds(): Iterable<string> {
    return this.#states.keys()
  }

  /** Brings the lists into order. Nothing may be changed meanwhile. */
  async settle(pause: Pause): Promise<void> {
    await this.#clientOrder.settle(pause)
    await this.#sessionOrder.settle(pause)
  }

  /** The lists as of the last `settle`. They are no copy, and change with the index. */
  lists(): SortedLists {
    const clients = this.#clientOrder.entries()
    const sessions = this.#sessionOrder.entries()
    return {
      damaged: this.#damages.size,
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
