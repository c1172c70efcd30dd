import type { Position } from './recorded-event.js'
import type { CorruptRecord, StoreUnavailable } from './store-error.js'

/** Where a reading starts, and what ends it. */
export interface ReadFrom {
  /** Read the events after this position; all events unless given. */
  readonly after?: Position | undefined
  /** Ends the reading at the next event, without an error. */
  readonly signal?: AbortSignal | undefined
  /**
   * Called for each damaged record, which is then left out. Without it, the reading rejects with the
   * first `CorruptRecord`.
   */
  readonly onDamage?: ((damage: CorruptRecord) => void) | undefined
}

/** An open transaction for which followers wait. */
export interface BlockingTransaction {
  /** The id of the server's process; null for a prepared transaction, which has none. */
  readonly pid: number | null
  /** The database in which it is open, which can be another one than that of the store. */
  readonly database: string
  /** How long it has been open, in milliseconds; null if the role may not see that. */
  readonly age: number | null
}

/** Where a follower starts, what ends it, and how it reports failures of the store. */
export interface FollowFrom extends ReadFrom {
  /**
   * Called at each failure after which the follower waits and tries again: once for each try, so every
   * few seconds while the store cannot be used.
   */
  readonly onFailure?: ((failure: StoreUnavailable) => void) | undefined
  /** Called when the store can be read again after a failure, before the next event. */
  readonly onRecovery?: (() => void) | undefined
}

/** Where the log ends now. */
export interface LogEnd {
  /** A position before all events that are committed from now on, as `lastPosition` answers it. */
  readonly position: Position
  /**
   * A text that changes with every event that is committed. The position alone does not: while an older
   * transaction is open, it stays where it is.
   */
  readonly marker: string
}
