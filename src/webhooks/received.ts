import type { RecordedEvent } from '../event-store/recorded-event.js'
import type { CorruptRecord, StoreUnavailable } from '../event-store/store-error.js'

/** It is in the log, durably. */
export interface Recorded {
  readonly _tag: 'Recorded'
  /** The delivery's id. */
  readonly id: string
  readonly recorded: RecordedEvent
}

/** It was in the log already: an attempt, or a replay, of a delivery that was recorded. */
export interface Duplicate {
  readonly _tag: 'Duplicate'
  readonly id: string
}

/** Genuine, and of a type that is not ours: nothing of it is kept. */
export interface Ignored {
  readonly _tag: 'Ignored'
  readonly id: string
}

/** It speaks of a client that was erased: nothing of it is kept. */
export interface Erased {
  readonly _tag: 'Erased'
  readonly id: string
}

/** Genuine, and cannot be recorded: it is in the quarantine, durably, byte for byte. */
export interface Quarantined {
  readonly _tag: 'Quarantined'
  readonly id: string
  /** Why; quotes no value of the body. */
  readonly reason: string
}

/** Why a request is no delivery of the sender. */
export type RefusalReason =
  /** One of id, timestamp and signature is not there, or stands there more than once. */
  | 'headers'
  /** The id is none. */
  | 'id'
  /** The timestamp is no whole number of seconds. */
  | 'timestamp'
  /** It was sent too long ago: a genuine delivery that is replayed by somebody else, perhaps. */
  | 'too-old'
  /** It is said to be sent in the future: a clock is wrong. */
  | 'too-new'
  /** The header of signatures is none. */
  | 'signature'
  /** The body is no UTF-8. */
  | 'body'
  /** The body is longer than {@link MAX_BODY_BYTES}. */
  | 'too-large'
  /** No signature in it is that of the id, the timestamp and the body under any of the secrets. */
  | 'not-genuine'

/** It is not genuine, or cannot be shown to be: nothing of it is kept. */
export interface Refused {
  readonly _tag: 'Refused'
  readonly reason: RefusalReason
}

/** The store cannot be used: nothing is acknowledged, and the sender has to try again. */
export interface Unavailable {
  readonly _tag: 'Unavailable'
  readonly id: string
  readonly error: StoreUnavailable | CorruptRecord
}

/** What became of a genuine delivery. */
export type Taken = Recorded | Duplicate | Ignored | Erased | Quarantined | Unavailable

/** What became of a request. */
export type Received = Taken | Refused

/** The longest body that is read: 256 KiB. Clerk's session events have about 2 KiB. */
export const MAX_BODY_BYTES = 262_144

const statusOfRefusal = (reason: RefusalReason): number => {
  switch (reason) {
    case 'not-genuine':
      return 401
    case 'too-large':
      return 413
    default:
      return 400
  }
}

/**
 * The HTTP status to answer with. Svix takes every 2xx for an acknowledgement and tries all else again
 * (https://docs.svix.com/retries), for about a day; so 2xx says that nothing more is to
 * come: it is durable, or nothing that we keep. 202 lets the sender's list of attempts show what went
 * into the quarantine.
 *
 * @example
 * import { statusOf } from 'clientfold/webhooks'
 * statusOf({ _tag: 'Duplicate', id: 'msg_1' }) // => 200
 * statusOf({ _tag: 'Refused', reason: 'not-genuine' }) // => 401
 */
export const statusOf = (received: Received): number => {
  switch (received._tag) {
    case 'Recorded':
    case 'Duplicate':
    case 'Ignored':
    case 'Erased':
      return 200
    case 'Quarantined':
      return 202
    case 'Refused':
      return statusOfRefusal(received.reason)
    case 'Unavailable':
      return 503
  }
}

const REFUSALS: Readonly<Record<RefusalReason, string>> = {
  headers: 'id, timestamp and signature do not stand in the headers, each once',
  id: 'the header of the id holds none',
  timestamp: 'the header of the timestamp holds none',
  'too-old': 'it was sent too long ago',
  'too-new': 'it is said to be sent in the future: a clock is wrong',
  signature: 'the header of signatures holds none',
  body: 'the body is not UTF-8',
  'too-large': `the body is longer than ${MAX_BODY_BYTES} bytes`,
  'not-genuine':
    'no signature matches: the secret is another one, or it was not sent by the sender',
}

/**
 * One line for a person, which quotes no value of the request.
 *
 * @example
 * import { describeReceived } from 'clientfold/webhooks'
 * describeReceived({ _tag: 'Refused', reason: 'body' }) // => 'refused: the body is not UTF-8'
 */
export const describeReceived = (received: Received): string => {
  switch (received._tag) {
    case 'Recorded':
      return 'recorded'
    case 'Duplicate':
      return 'a duplicate: it was recorded before'
    case 'Ignored':
      return 'ignored: its type is not one that is kept'
    case 'Erased':
      return 'not kept: its client was erased'
    case 'Quarantined':
      return `in the quarantine: ${received.reason}`
    case 'Refused':
      return `refused: ${REFUSALS[received.reason]}`
    case 'Unavailable':
      return `not taken: ${received.error.message}`
  }
}
