/** Why a store cannot be used. */
export type UnavailableReason =
  /** There is no connection, or it broke. */
  | 'unreachable'
  /** Another process holds the store, and did not release it in time. */
  | 'busy'
  /** The password, or the rights of the role or the file, are not sufficient. */
  | 'denied'
  /** The file is not in its place any more. What is written now would be lost with it. */
  | 'moved'
  /** The disk is full, or failed. */
  | 'storage'
  /** A newer version of this package wrote the store. */
  | 'newer'
  /** The file or the schema is not an event store. */
  | 'foreign'
  /** There is no store, and the caller asked not to create one. */
  | 'missing'
  /** `close` was called. */
  | 'closed'

/**
 * The store cannot do its work, and only an operator can mend that. The call may or may not have taken
 * effect. The driver's error is the `cause`.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly reason: UnavailableReason

  constructor(reason: UnavailableReason, message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}

/** The text at a position is not an event: the file was damaged, or another program wrote to it. */
export class CorruptRecord extends Error {
  override readonly name = 'CorruptRecord'
  readonly position: string

  constructor(position: string) {
    super(`the record at position ${position} is not an event`)
    this.position = position
  }
}

/**
 * The position belongs to another store, or to another life of this store: a restore, a failover to a
 * server that lagged, or another database makes another life. Reading on from it could skip events, so
 * it is refused. Read from the start instead: the fold is a join, so events that come twice do no harm.
 */
export class ForeignPosition extends Error {
  override readonly name = 'ForeignPosition'

  constructor() {
    super(
      'the position belongs to another store or to another life of this store: read from the start',
    )
  }
}
