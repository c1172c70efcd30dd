import {
  CorruptRecord,
  ForeignPosition,
  StoreUnavailable,
  type UnavailableReason,
} from '../event-store/store-error.js'

/** Why something failed, as one word: the reason of a `StoreUnavailable`, or another kind of failure. */
export type FailureReason =
  | UnavailableReason
  /** A record is damaged. */
  | 'damaged'
  /** A position of another store, or of another life of it. */
  | 'foreign-position'
  /** Any other error: a defect of this package or of its caller. */
  | 'defect'

/** The reason of an error. It never quotes the message, which can name a client. */
export const failureReasonOf = (error: unknown): FailureReason => {
  if (error instanceof StoreUnavailable) return error.reason
  if (error instanceof CorruptRecord) return 'damaged'
  if (error instanceof ForeignPosition) return 'foreign-position'
  return 'defect'
}
