import { hash } from 'node:crypto'
import { ClientObservedCodec, SessionEventCodec } from './client-event-codec.js'
import type { ClientEvent } from './client-event.js'

/**
 * The event as a JSON value in the wire form, keys in one fixed order.
 *
 * @example
 * import { decodeEvent } from 'clientfold'
 * import { encodeEvent } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * exampleEvents.map((event) => decodeEvent(encodeEvent(event))._tag).includes('Left') // => false
 */
export const encodeEvent = (event: ClientEvent): unknown =>
  event.type === 'client.observed'
    ? ClientObservedCodec.encode(event)
    : SessionEventCodec.encode(event)

/**
 * The event as one line of JSON text, without a line feed: what a log keeps.
 *
 * @example
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { eventText, parseEvent } from 'clientfold'
 * import { exampleEvents } from 'clientfold/testing'
 * rights(exampleEvents.map(eventText).map(parseEvent)) // => exampleEvents
 */
export const eventText = (event: ClientEvent): string => JSON.stringify(encodeEvent(event))

/** The text of a value that should be an event; undefined if it is not. A canonical value is walked once. */
export const textIfEvent = (value: ClientEvent): string | undefined => {
  const isObserved = value.type === 'client.observed'
  if (!isObserved && SessionEventCodec.isCanonical(value)) return JSON.stringify(value)
  const codec = isObserved ? ClientObservedCodec : SessionEventCodec
  return codec.is(value) ? eventText(value) : undefined
}

/** The identity of an event without an id: the SHA-256 of its text, hexadecimal. */
export const textIdentity = (text: string): string => hash('sha256', text)

/**
 * What makes two deliveries one event: the delivery's id, or, for an event without one, the SHA-256
 * (hexadecimal) of its text. The text leaves out `recorded_at`, which belongs to the log.
 *
 * @example
 * import { eventIdentity } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * exampleEvents.slice(0, 2).map(eventIdentity) // => ['msg_02', 'msg_01']
 */
export const eventIdentity = ({ recorded_at: _recordedAt, ...event }: ClientEvent): string =>
  event.id ?? textIdentity(eventText(event))
