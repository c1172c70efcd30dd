import type { CorruptRecord } from '../../event-store/store-error.js'
import type { ExistingClient, SessionVersion } from '../../domain/state.js'
import type { Session } from '../../events/session.js'
import { compareNewestFirst } from '../../events/order.js'
import { statusAt } from '../../projections/session.js'
import { putSharedSession, type SessionFilter } from '../../projections/sessions.js'
import type { Pause } from '../pause.js'
import { sortInTurns } from './sort-in-turns.js'
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
  /** The ids of the sessions of each user. */
  readonly #sessionsOfUser = new Map<string, Set<string>>()
  readonly #clientOrder = createSortedView(() => this.#states.values())
  readonly #sessionOrder = createSortedView(() => this.#sessions())
  readonly #damages = new Set<string>()

  /** Notes a damaged record, which is left out. */
  readonly addDamage = ({ position, message }: CorruptRecord): void => {
    this.#damages.add(position ?? message)
  }

  /** How many clients there are. */
  get clientCount(): number {
    return this.#states.size
  }

  /** How many sessions there are; one that several clients claim counts once. */
  get sessionCount(): number {
    return this.#versions.size
  }

  state(clientId: string): ExistingClient | undefined {
    return this.#states.get(clientId)
  }

  /** The greatest version of a session. */
  version(sessionId: string): SessionVersion | undefined {
    return this.#versions.get(sessionId)
  }

  /** @param sessionIds - those that may have changed; all sessions of the client unless given */
  put(state: ExistingClient, sessionIds: Iterable<string> = state.sessions.keys()): void {
    const before = this.#states.get(state.id)?.created_at
    this.#states.set(state.id, state)
    this.#clientOrder.put(state.id, state.created_at, before)
    for (const id of sessionIds) {
      const version = state.sessions.get(id)
      if (version !== undefined) this.#putVersion(id, version)
    }
  }

  *#sessions(): Iterable<Session> {
    for (const { session } of this.#versions.values()) yield session
  }

  #putVersion(id: string, version: SessionVersion): void {
    const before = this.#versions.get(id)?.session
    const other = before?.client_id
    const claimant = version.session.client_id
    if (other !== undefined && other !== claimant) {
      const claimants = this.#claimants.get(id) ?? new Set()
      this.#claimants.set(id, claimants.add(other).add(claimant))
    }
    if (!putSharedSession(this.#versions, version)) return
    this.#sessionOrder.put(id, version.session.created_at, before?.created_at)
    if (before !== undefined) this.#removeFromUser(before.user_id, id)
    const ofUser = this.#sessionsOfUser.get(version.session.user_id) ?? new Set()
    this.#sessionsOfUser.set(version.session.user_id, ofUser.add(id))
  }

  #removeFromUser(user: string, sessionId: string): void {
    const ofUser = this.#sessionsOfUser.get(user)
    ofUser?.delete(sessionId)
    if (ofUser?.size === 0) this.#sessionsOfUser.delete(user)
  }

  remove(clientId: string): void {
    const state = this.#states.get(clientId)
    if (state === undefined) return
    this.#states.delete(clientId)
    this.#clientOrder.remove(clientId, state.created_at)
    for (const id of state.sessions.keys()) {
      const shown = this.#versions.get(id)?.session
      if (shown !== undefined) {
        this.#removeFromUser(shown.user_id, id)
        this.#versions.delete(id)
        this.#sessionOrder.remove(id, shown.created_at)
      }
      for (const claimant of this.#claimants.get(id) ?? []) {
        const version = this.#states.get(claimant)?.sessions.get(id)
        if (version !== undefined) this.#putVersion(id, version)
      }
    }
  }

  /** The ids of the sessions that several clients claim. */
  *contestedSessions(): Iterable<string> {
    for (const [id, claimants] of this.#claimants) {
      const claims = [...claimants].filter((each) => this.#states.get(each)?.sessions.has(id))
      if (claims.length > 1) yield id
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

  /** The sessions that a filter selects, in their order as of the last `settle`. */
  async find(
    filter: SessionFilter & { at: number | undefined },
    pause: Pause,
  ): Promise<SortedList<Session>> {
    const { userId, clientId, status, at } = filter
    if (userId === undefined && clientId === undefined && status === undefined) {
      return this.lists().sessions
    }
    const ids =
      userId !== undefined
        ? (this.#sessionsOfUser.get(userId) ?? [])
        : clientId !== undefined
          ? (this.#states.get(clientId)?.sessions.keys() ?? [])
          : this.#versions.keys()
    const matches: Session[] = []
    let looked = 0
    for (const id of ids) {
      const session = this.#versions.get(id)?.session
      if (session === undefined) continue
      if (
        (userId === undefined || session.user_id === userId) &&
        (clientId === undefined || session.client_id === clientId) &&
        (status === undefined || statusAt(session, at) === status)
      ) {
        matches.push(session)
      }
      if ((looked += 1) % 100 === 0) await pause()
    }
    const sorted = await sortInTurns(matches, compareNewestFirst, pause)
    return { length: sorted.length, at: (index) => defined(sorted[index]) }
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
