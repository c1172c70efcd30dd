/** Why a store cannot be used. */
export type UnavailableReason =
  /** No connection, or it broke off. */
  | 'unreachable'
  /** Somebody else holds it, and did not let go in time. */
  | 'busy'
  /** The password, or the rights of the role or the file. */
  | 'denied'
  /** The disk is full, or failed. */
  | 'storage'
  /** It was written by a newer version of this package. */
  | 'newer'
  /** It is something else than an event store. */
  | 'foreign'
  /** There is none, and none was to be made. */
  | 'missing'
  /** `close` was called. */
  | 'closed'

/**
 * The store cannot do its work, and only an operator can mend that. Nothing that was asked of it may
 * be taken as done. The driver's error is the `cause`.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly reason: UnavailableReason

  constructor(reason: UnavailableReason, message: string, cause?: unknown) {
    super(message, { cause })
    this.reason = reason
  }
}

/** What is stored at a position is no event: the file was damaged, or written to by others. */
export class CorruptRecord extends Error {
  override readonly name = 'CorruptRecord'
  readonly position: string

  constructor(position: string) {
    super(`the record at position ${position} is no event`)
    this.position = position
  }
}
