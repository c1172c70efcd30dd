import * as E from 'fp-ts/lib/Either.js'
import type { Clients } from '../clients/clients.js'
import type { ClientEvent } from '../events/client-event.js'
import { describeParseError, type ParseError } from '../events/decode-error.js'
import { decodeEvent } from '../events/decode-event.js'
import { isPlainObject } from '../events/json.js'
import { describeAppendRefusal } from '../event-store/append-refusal.js'
import { CorruptRecord, StoreUnavailable } from '../event-store/store-error.js'
import type { Duplicate, Erased, Recorded, Taken } from './received.js'

/** Why a delivery is not recorded, though its sender is genuine. */
export type Unfit =
  | { readonly _tag: 'Ignored' }
  /** It has to be kept as it came. */
  | { readonly _tag: 'Unreadable'; readonly reason: string }

const unfitFor = (error: ParseError): Unfit =>
  error._tag === 'UnknownEventType'
    ? { _tag: 'Ignored' }
    : { _tag: 'Unreadable', reason: describeParseError(error) }

/**
 * Reads a delivery's payload as an event. `id` and `recorded_at` are the log's own keys, which Clerk
 * does not send: the delivery's id wins over what stands in the payload, and when it was taken in says
 * the store.
 *
 * How deep the payload nests is bounded where something of it is kept (the decoder's 64 levels), and
 * not where it is read: below `data.user`, of which nothing is kept, stand the metadata that users can
 * write themselves, and nobody shall hide a sign-in from the log by nesting those.
 */
export const decodePayload = (payload: unknown, id: string): E.Either<Unfit, ClientEvent> => {
  const own = isPlainObject(payload) ? { ...payload, id, recorded_at: undefined } : payload
  const decoded = decodeEvent(own)
  return E.isRight(decoded) ? decoded : E.left(unfitFor(decoded.left))
}

/** {@link decodePayload}, of the text of a body. */
export const decodeDelivery = (text: string, id: string): E.Either<Unfit, ClientEvent> => {
  let payload: unknown
  try {
    payload = JSON.parse(text)
  } catch {
    return E.left(unfitFor({ _tag: 'InvalidJson' }))
  }
  return decodePayload(payload, id)
}

/** Records an event under its delivery's id; a sentence, if what is there under that id is another. */
export const recordEvent = async (
  clients: Clients,
  event: ClientEvent,
  id: string,
): Promise<Recorded | Duplicate | Erased | string> => {
  const [recording] = await clients.record(event)
  switch (recording?._tag) {
    case 'Recorded':
      return { _tag: 'Recorded', id, recorded: recording.recorded }
    case 'Duplicate':
      return { _tag: 'Duplicate', id }
    case 'ClientErased':
      return { _tag: 'Erased', id }
    case 'EventIdConflict':
      return describeAppendRefusal(recording)
    case undefined:
      throw new Error('every event that is recorded has an answer')
  }
}

/** A genuine delivery, with its event where it could be read. */
export interface GenuineDelivery {
  readonly id: string
  /** Epoch milliseconds. */
  readonly receivedAt: number
  readonly body: () => Uint8Array
  readonly decoded: E.Either<Unfit, ClientEvent>
}

const takeDurably = async (clients: Clients, delivery: GenuineDelivery): Promise<Taken> => {
  const { id, receivedAt, body, decoded } = delivery
  const quarantine = async (reason: string): Promise<Taken> => {
    await clients.quarantine.keep({ id, receivedAt, reason, body: body() })
    return { _tag: 'Quarantined', id, reason }
  }
  if (E.isRight(decoded)) {
    const recorded = await recordEvent(clients, decoded.right, id)
    return typeof recorded === 'string' ? quarantine(recorded) : recorded
  }
  if (decoded.left._tag === 'Unreadable') return quarantine(decoded.left.reason)
  return { _tag: 'Ignored', id }
}

/** Records a delivery, or puts it into the quarantine; what is answered is durable. */
export const takeDelivery = async (clients: Clients, delivery: GenuineDelivery): Promise<Taken> => {
  try {
    return await takeDurably(clients, delivery)
  } catch (error) {
    if (!(error instanceof StoreUnavailable || error instanceof CorruptRecord)) throw error
    return { _tag: 'Unavailable', id: delivery.id, error }
  }
}
