import * as t from 'io-ts'
import { ClientCodec } from './client-codec.js'
import {
  SESSION_EVENT_TYPES,
  type ClientObserved,
  type EventEnvelope,
  type SessionEvent,
} from './client-event.js'
import { JsonObjectOrNull } from './json.js'
import { Time } from './time-codec.js'
import { optional, record, type Fields } from './record.js'
import { SessionCodec } from './session-codec.js'
import { NonEmptyString, oneOf, StringOrNull } from './strings.js'

/** `object` may be absent from a payload, and is always written. */
const EventObject: t.Type<'event', unknown> = new t.Type(
  '"event"',
  (value): value is 'event' => value === 'event',
  (value, context) =>
    value === undefined || value === 'event' ? t.success('event') : t.failure(value, context),
  t.identity,
)

const fieldsOf = <T extends string, D>(
  type: t.Type<T, unknown>,
  data: t.Type<D, unknown>,
): Fields<EventEnvelope & { readonly type: T; readonly data: D }> => ({
  object: EventObject,
  id: optional(NonEmptyString),
  type,
  timestamp: optional(Time),
  recorded_at: optional(Time),
  instance_id: optional(StringOrNull),
  event_attributes: optional(JsonObjectOrNull),
  data,
})

/** Codec of the five session events. */
export const SessionEventCodec = record<SessionEvent>(
  'session event',
  fieldsOf(oneOf(...SESSION_EVENT_TYPES), SessionCodec),
)

/** Codec of `client.observed`. */
export const ClientObservedCodec = record<ClientObserved>(
  'observation of a client',
  fieldsOf(oneOf('client.observed'), ClientCodec),
)

/** The keys of an event, in the order in which they are written. */
export const EVENT_KEYS: ReadonlyArray<string> = Object.keys(fieldsOf(oneOf(), SessionCodec))
