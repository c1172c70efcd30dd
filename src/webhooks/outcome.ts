import type { RecordedEvent } from '../event-store/recorded-event.js'
import type { CorruptRecord, StoreUnavailable } from '../event-store/store-error.js'

/** The event of the delivery is in the log, durably. */
export interface RecordedOutcome {
  readonly _tag: 'Recorded'
  /** The id of the delivery. */
  readonly id: string
  readonly recorded: RecordedEvent
}

/** The event was in the log already: the sender repeated a delivery that was recorded before. */
export interface DuplicateOutcome {
  readonly _tag: 'Duplicate'
  readonly id: string
}

/** The delivery is genuine, but its type is not about sessions (`user.created` …). Nothing of it is kept. */
export interface IgnoredOutcome {
  readonly _tag: 'Ignored'
  readonly id: string
}

/** The delivery is about a session that was erased, with its client or its user. Nothing of it is kept. */
export interface ErasedOutcome {
  readonly _tag: 'Erased'
  readonly id: string
}

/** Clerk has deleted a user, and the user is erased, also if nothing was recorded about that user. */
export interface UserErasedOutcome {
  readonly _tag: 'UserErased'
  readonly id: string
}

/** Clerk has deleted a user, and the erasure of the user is scheduled, durably. */
export interface ErasureScheduledOutcome {
  readonly _tag: 'ErasureScheduled'
  readonly id: string
  /** The user is erased at this moment or soon after it, epoch milliseconds. */
  readonly dueAt: number
}

/** Clerk has deleted a user, but the erasure of the user was called off before. Nothing is changed. */
export interface ErasureCalledOffOutcome {
  readonly _tag: 'ErasureCalledOff'
  readonly id: string
}

/** The outcome of a delivery that says that Clerk has deleted a user. */
export type ErasureOutcome = UserErasedOutcome | ErasureScheduledOutcome | ErasureCalledOffOutcome

/** Why a genuine delivery cannot be recorded. */
export type QuarantineCause =
  /** Its payload is not a valid event of a type that this version records. */
  | 'unreadable'
  /** Another event has its id. */
  | 'id-conflict'
  /** It says that a user was deleted, and names none. */
  | 'no-user'

/** The delivery is genuine, but cannot be recorded. It is in the quarantine, durably, byte for byte. */
export interface QuarantinedOutcome {
  readonly _tag: 'Quarantined'
  readonly id: string
  readonly cause: QuarantineCause
  /** Why it cannot be recorded. It quotes no value of the body. */
  readonly reason: string
}

/** Why a request is not a genuine delivery. */
export type RefusalReason =
  /** The header of the id, the timestamp or the signature is missing, or present more than once. */
  | 'headers'
  /** The id is empty, or has characters that no id has. */
  | 'id'
  /** The timestamp is not a whole number of seconds. */
  | 'timestamp'
  /** It was sent too long ago. Another sender may be replaying a genuine delivery. */
  | 'too-old'
  /** Its timestamp is in the future: a clock is wrong. */
  | 'too-new'
  /** The header of the signatures is malformed. */
  | 'signature'
  /** A parser read the body before it could be verified, and what is left is neither its bytes nor its text. */
  | 'body-already-read'
  /** The body is not UTF-8. */
  | 'body'
  /** The body is longer than {@link MAX_BODY_BYTES}. */
  | 'too-large'
  /** No signature fits the id, the timestamp and the body under any of the secrets. */
  | 'not-genuine'

/** The request is not a genuine delivery, or cannot be verified. Nothing of it is kept. */
export interface RefusedOutcome {
  readonly _tag: 'Refused'
  readonly reason: RefusalReason
}

/** The store cannot be used. Nothing is acknowledged, and the sender has to try again. */
export interface UnavailableOutcome {
  readonly _tag: 'Unavailable'
  readonly id: string
  readonly error: StoreUnavailable | CorruptRecord
}

/** The outcome of a genuine delivery. */
export type DeliveryOutcome =
  | RecordedOutcome
  | DuplicateOutcome
  | IgnoredOutcome
  | ErasedOutcome
  | ErasureOutcome
  | QuarantinedOutcome
  | UnavailableOutcome

/** The outcome of a request to the webhook endpoint. */
export type WebhookOutcome = DeliveryOutcome | RefusedOutcome

/** The longest body that is read: 256 KiB. Clerk's session events have about 2 KiB. */
export const MAX_BODY_BYTES = 262_144

const statusOfRefusal = (reason: RefusalReason): number => {
  switch (reason) {
    case 'not-genuine':
      return 401
    case 'too-large':
      return 413
    case 'body-already-read':
      // The configuration of this server is wrong, and the delivery is not. The sender tries again.
      return 500
    default:
      return 400
  }
}

/**
 * The HTTP status of the answer. Svix takes every 2xx as an acknowledgement, and repeats the delivery
 * after any other status, for about a day (https://docs.svix.com/retries). So 2xx means that no further
 * attempt is needed: the delivery is durable, or nothing of it is kept. 202 makes quarantined deliveries
 * visible in the sender's list of attempts.
 *
 * @example
 * import { statusOf } from 'clientfold/webhooks'
 * statusOf({ _tag: 'Duplicate', id: 'msg_1' }) // => 200
 * statusOf({ _tag: 'Refused', reason: 'not-genuine' }) // => 401
 */
export const statusOf = (outcome: WebhookOutcome): number => {
  switch (outcome._tag) {
    case 'Recorded':
    case 'Duplicate':
    case 'Ignored':
    case 'Erased':
    case 'UserErased':
    case 'ErasureScheduled':
    case 'ErasureCalledOff':
      return 200
    case 'Quarantined':
      return 202
    case 'Refused':
      return statusOfRefusal(outcome.reason)
    case 'Unavailable':
      return 503
  }
}

const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  headers:
    'the headers svix-id, svix-timestamp and svix-signature must each be present exactly once',
  id: 'the header svix-id is empty or malformed; pass it on as the sender wrote it',
  timestamp: 'the header svix-timestamp is not a whole number of seconds',
  'too-old': 'it was sent too long ago; if it is new, check the clock of this machine',
  'too-new': 'its timestamp is in the future; check the clock of this machine',
  signature: 'the header svix-signature has no signature of the form v1,base64',
  'body-already-read':
    'a parser read the body before it could be verified; mount this endpoint before all body parsers, or pass the raw body (Uint8Array, ArrayBuffer or string)',
  body: 'the body is not UTF-8; pass its bytes on as they came',
  'too-large': `the body is longer than ${MAX_BODY_BYTES} bytes`,
  'not-genuine':
    'no signature matches; check that the signing secret is the one of this endpoint, and that nothing changed the body on its way',
}

/**
 * One line for a person. It quotes no value of the request.
 *
 * @example
 * import { describeOutcome } from 'clientfold/webhooks'
 * describeOutcome({ _tag: 'Duplicate', id: 'msg_1' }) // => 'a duplicate: it was recorded before'
 */
export const describeOutcome = (outcome: WebhookOutcome): string => {
  switch (outcome._tag) {
    case 'Recorded':
      return 'recorded'
    case 'Duplicate':
      return 'a duplicate: it was recorded before'
    case 'Ignored':
      return 'ignored: its type is not one that is recorded'
    case 'Erased':
      return 'not recorded: its client, its user or its session was erased'
    case 'UserErased':
      return 'the user is erased'
    case 'ErasureScheduled':
      return `the erasure of the user is scheduled for ${new Date(outcome.dueAt).toISOString()}`
    case 'ErasureCalledOff':
      return 'not erased: the erasure of the user was called off'
    case 'Quarantined':
      return `in the quarantine: ${outcome.reason}`
    case 'Refused':
      return `refused: ${REFUSALS[outcome.reason]}`
    case 'Unavailable':
      return `not recorded: ${outcome.error.message}`
  }
}
