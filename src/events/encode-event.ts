import { hash } from 'node:crypto'
import { ClientObservedCodec, SessionEventCodec, type ClientEvent } from './client-event.js'

/**
 * The event as a JSON value in the wire form, keys in one fixed order.
 *
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { decodeEvent, encodeEvent, parseEvent } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * events.map((event) => decodeEvent(encodeEvent(event))._tag).includes('Left') // => false
 */
export const encodeEvent = (event: ClientEvent): unknown =>
  event.type === 'client.observed'
    ? ClientObservedCodec.encode(event)
    : SessionEventCodec.encode(event)

/**
 * The event as one line of JSON text, without the line's end: what a log keeps.
 *
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { eventText, parseEvent } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * rights(events.map(eventText).map(parseEvent)) // => events
 */
export const eventText = (event: ClientEvent): string => JSON.stringify(encodeEvent(event))

/** The text of what should be an event; nothing if it is none. What is canonical is looked at once. */
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
 * (hexadecimal) of its text. When a log took it in is no part of what was said.
 *
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { eventIdentity, parseEvent } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * events.slice(0, 2).map(eventIdentity) // => ['msg_02', 'msg_01']
 */
export const eventIdentity = ({ recorded_at: _recordedAt, ...said }: ClientEvent): string =>
  said.id ?? textIdentity(eventText(said))
