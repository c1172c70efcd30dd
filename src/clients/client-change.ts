import type { FollowFrom } from '../event-store/event-store.js'
import type { Position, RecordedEvent } from '../event-store/recorded-event.js'
import type { Client } from '../events/client.js'

/** A client that changed. */
export interface ClientChange {
  /**
   * Where to go on after this change: pass it as `after`. It is a position of changes: `follow` does not
   * take it, but `changes` takes the position of an event too.
   */
  readonly position: Position
  /**
   * The id of the client. Null if the client was erased and this reader knows only its hash: see
   * `clientHash`.
   */
  readonly clientId: string | null
  /**
   * The hash of the client's id, as `clientHashOf` gives it. A reader that keeps clients by this hash finds
   * the one that was erased.
   */
  readonly clientHash: string
  /** The documented Client as of now; null if it does not exist any more. */
  readonly client: Client | null
  /**
   * The documented Client before the change, with its statuses as of now too; null if it did not exist.
   * After an erasure also null if this reader does not know it.
   */
  readonly before: Client | null
  /**
   * The events that were recorded since the last change of this client, in the order of revisions. None after
   * an erasure.
   */
  readonly events: ReadonlyArray<RecordedEvent>
}

/** How far a reader of changes is. */
export interface ChangesProgress {
  /** Where to go on: everything before it was given, or is left out by the filter. */
  readonly position: Position
  /** Whether everything was given that was committed when the store was last looked at. */
  readonly isCaughtUp: boolean
  /** How many milliseconds ago the store was looked at. */
  readonly age: number
}

/** Which changes to read, from where on, and what ends the reading. */
export interface ChangesQuery extends FollowFrom {
  /** Only clients on which this user has, or had, a session. */
  readonly userId?: string
  /** Only this client. */
  readonly clientId?: string
  /**
   * Called when the reading begins, after changes were given, and each time that the store was looked at.
   * Without `after` the first call says that from here on no change is missed.
   */
  readonly onProgress?: ((progress: ChangesProgress) => void) | undefined
}

/** The keys of a {@link ChangesQuery}. */
export const CHANGES_KEYS = [
  ...['after', 'userId', 'clientId', 'signal'],
  ...['onDamage', 'onFailure', 'onRecovery', 'onProgress'],
] as ReadonlyArray<keyof ChangesQuery>
