import type { ExistingClient } from '../domain/state.js'
import type { FollowFrom } from '../event-store/event-store.js'
import type { Session } from '../events/session.js'
import type { Bounds, Found, FoundSession, SessionsRequest } from './views-engine.js'

/** How far views are. */
export interface ViewsStatus {
  /** How many clients the views hold. */
  readonly clients: number
  /** How many sessions the views hold, removed ones too. */
  readonly sessions: number
  /** How many damaged records of the log the views leave out. */
  readonly damaged: number
  /** How many events of the log are not in the views yet; events that only come again are counted too. */
  readonly eventsBehind: number
  /** True if more events are behind than were counted. */
  readonly isMore: boolean
}

/** How views catch up. */
export interface CatchUpOptions {
  /**
   * For a process in which no other caller waits: it is faster, and on SQLite it keeps the event loop for up to
   * a second at a time.
   */
  readonly inLargeBatches?: boolean
}

/** How views are kept up, and what is reported of it. */
export interface KeepUpOptions extends Pick<FollowFrom, 'signal' | 'onFailure' | 'onRecovery'> {
  /** Called after each batch, with the number of events that this process has joined. */
  readonly onJoined?: ((events: number) => void) | undefined
}

/** How far views are, and how they are brought up to date by hand. */
export interface ViewsControl {
  /** Catches up with the log, however long that takes. */
  readonly catchUp: (options?: CatchUpOptions) => Promise<void>
  /**
   * Keeps the views up until the signal, and outlives every passing failure of the store and of the views. Any number of
   * processes may do so. On JetStream they share the work, and an event is joined by one of them; on other
   * stores each process reads everything, which does no harm.
   */
  readonly keepUp: (options?: KeepUpOptions) => Promise<void>
  /** Makes the views again from the log, however long that takes. */
  readonly rebuild: (options?: CatchUpOptions) => Promise<void>
  readonly status: () => Promise<ViewsStatus>
  /**
   * The ids of the sessions that several clients claim, in any order: few, because senders must disagree. Each of
   * them is one session, the greatest version of it. After an erasure of one client, it is what the others say.
   */
  readonly contestedSessions: () => Promise<ReadonlyArray<string>>
  /** How many events kept views lack, counted up to 100; null for views that are not kept. */
  readonly lag: () => Promise<number | null>
}

/**
 * What lists need, kept beside the log: all clients and sessions in the order in which they are listed.
 * Views are made of the log alone, so they can be rebuilt at any time. Every answer includes what was
 * committed before the question, by whichever process, and nothing that was erased by then.
 *
 * @throws StoreUnavailable (as a rejection) with the reason `busy` if the views are so far behind that
 *   an answer would take too long. The catching up goes on meanwhile.
 */
export interface Views extends ViewsControl {
  /** Clients, newest first by creation, then by id. */
  readonly clients: (bounds: Bounds) => Promise<Found<ExistingClient>>
  /** Sessions with statuses as recorded, newest first by creation, then by id. */
  readonly sessions: (request: SessionsRequest) => Promise<Found<Session>>
  /** A session, a removed one too. */
  readonly session: (sessionId: string) => Promise<FoundSession>
  /** The ids of the clients that have one of these hashes, as `clientHashOf` makes them. */
  readonly clientIdsOf: (hashes: ReadonlyArray<string>) => Promise<ReadonlyArray<string>>
  /** Notes that events were appended, so that the views catch up soon without a question. */
  readonly appended: (events: number) => void
  /** Removes what was erased from views that are kept, however long that takes. */
  readonly removeErased: () => Promise<void>
  /** Stops catching up. */
  readonly close: () => Promise<void>
}
