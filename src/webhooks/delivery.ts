import * as E from 'fp-ts/lib/Either.js'
import type { Clients } from '../clients/clients.js'
import type { ClientEvent } from '../events/client-event.js'
import { describeParseError, type ParseError } from '../events/decode-error.js'
import { decodeEvent } from '../events/decode-event.js'
import { isPlainObject } from '../events/json.js'
import { describeAppendRefusal } from '../event-store/append-refusal.js'
import { CorruptRecord, StoreUnavailable } from '../event-store/store-error.js'
import type {
  DeliveryOutcome,
  DuplicateOutcome,
  ErasedOutcome,
  QuarantineCause,
  RecordedOutcome,
} from './outcome.js'
import {
  deletedUserOf,
  eraseDeletedUser,
  isUserDeleted,
  NO_DELETED_USER,
  type Holdback,
} from './user-deletion.js'

/** Why the payload of a genuine delivery is not an event that can be recorded. */
export type PayloadRefusal =
  /** Its type is not one that is recorded, and is not about sessions: nothing of it is kept. */
  | { readonly _tag: 'Ignored' }
  /** Clerk has deleted a user; null if it names none. */
  | { readonly _tag: 'UserDeleted'; readonly user: { readonly userId: string } | null }
  /** It must be kept as it came. */
  | { readonly _tag: 'Unreadable'; readonly reason: string }

/** Clerk may add types of session events. An upgrade can read them, if they were kept. */
const isAboutSessions = (payload: unknown): boolean =>
  isPlainObject(payload) && typeof payload.type === 'string' && payload.type.startsWith('session.')

const refusalOf = (error: ParseError, payload?: unknown): PayloadRefusal =>
  error._tag === 'UnknownEventType' && !isAboutSessions(payload)
    ? { _tag: 'Ignored' }
    : { _tag: 'Unreadable', reason: describeParseError(error) }

/**
 * Reads the payload of a delivery as an event. `id` and `recorded_at` are keys of the log, which Clerk
 * does not send: the id is that of the delivery, and the store sets the time, whatever the payload has.
 *
 * The decoder bounds how deep the kept parts of a payload nest (64 levels). Nothing bounds the parts
 * that are dropped: users can write the metadata below `data.user` themselves, and must not be able to
 * hide a sign-in from the log by nesting it.
 */
export const decodePayload = (
  payload: unknown,
  id: string,
): E.Either<PayloadRefusal, ClientEvent> => {
  if (isUserDeleted(payload)) {
    return E.left({ _tag: 'UserDeleted', user: deletedUserOf(payload) })
  }
  const envelope = isPlainObject(payload) ? { ...payload, id, recorded_at: undefined } : payload
  const decoded = decodeEvent(envelope)
  return E.isRight(decoded) ? decoded : E.left(refusalOf(decoded.left, payload))
}

/** {@link decodePayload} for the text of a body. */
export const decodeDelivery = (text: string, id: string): E.Either<PayloadRefusal, ClientEvent> => {
  let payload: unknown
  try {
    payload = JSON.parse(text)
  } catch {
    return E.left(refusalOf({ _tag: 'InvalidJson' }))
  }
  return decodePayload(payload, id)
}

/** Records an event under the id of its delivery. If another event has that id: a sentence that says so. */
export const recordEvent = async (
  clients: Clients,
  event: ClientEvent,
  id: string,
): Promise<RecordedOutcome | DuplicateOutcome | ErasedOutcome | string> => {
  const [recording] = await clients.record(event)
  switch (recording?._tag) {
    case 'Recorded':
      return { _tag: 'Recorded', id, recorded: recording.recorded }
    case 'Duplicate':
      return { _tag: 'Duplicate', id }
    case 'Erased':
      return { _tag: 'Erased', id }
    case 'EventIdConflict':
      return describeAppendRefusal(recording)
    case undefined:
      throw new Error('the store did not answer for an event')
  }
}

/** A genuine delivery, with its event if the payload could be read. */
export interface GenuineDelivery {
  readonly id: string
  /** Epoch milliseconds. */
  readonly receivedAt: number
  readonly body: () => Uint8Array
  readonly decoded: E.Either<PayloadRefusal, ClientEvent>
}

const recordOrQuarantine = async (
  clients: Clients,
  delivery: GenuineDelivery,
  holdback: Holdback,
): Promise<DeliveryOutcome> => {
  const { id, receivedAt, body, decoded } = delivery
  const quarantine = async (cause: QuarantineCause, reason: string): Promise<DeliveryOutcome> => {
    await clients.quarantine.keep({ id, receivedAt, reason, body: body() })
    return { _tag: 'Quarantined', id, cause, reason }
  }
  if (E.isRight(decoded)) {
    const outcome = await recordEvent(clients, decoded.right, id)
    return typeof outcome === 'string' ? quarantine('id-conflict', outcome) : outcome
  }
  const refusal = decoded.left
  if (refusal._tag === 'Unreadable') return quarantine('unreadable', refusal.reason)
  if (refusal._tag === 'Ignored' || holdback === null) return { _tag: 'Ignored', id }
  if (refusal.user === null) return quarantine('no-user', NO_DELETED_USER)
  return eraseDeletedUser(clients, { id, receivedAt, ...refusal.user }, holdback)
}

/**
 * Records a delivery, or puts it into the quarantine, or erases the user whom it is about. The outcome is durable when
 * it is answered.
 */
export const handleDelivery = async (
  clients: Clients,
  delivery: GenuineDelivery,
  holdback: Holdback,
): Promise<DeliveryOutcome> => {
  try {
    return await recordOrQuarantine(clients, delivery, holdback)
  } catch (error) {
    if (!(error instanceof StoreUnavailable || error instanceof CorruptRecord)) throw error
    return { _tag: 'Unavailable', id: delivery.id, error }
  }
}
