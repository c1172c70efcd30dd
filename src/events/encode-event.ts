import { createHash } from 'node:crypto'
import { ClientObservedCodec, SessionEventCodec, type ClientEvent } from './client-event.js'

/** The event as a JSON value in the wire form, keys in one fixed order. */
export const encodeEvent = (event: ClientEvent): unknown =>
  event.type === 'client.observed'
    ? ClientObservedCodec.encode(event)
    : SessionEventCodec.encode(event)

/** The event as one line of JSON text, without the line's end: what a log keeps. */
export const eventText = (event: ClientEvent): string => JSON.stringify(encodeEvent(event))

/**
 * What makes two deliveries one event: the delivery's id, or, for an event without one, the
 * SHA-256 (hexadecimal) of its text.
 */
export const eventIdentity = (event: ClientEvent): string =>
  event.id ?? createHash('sha256').update(eventText(event), 'utf8').digest('hex')
