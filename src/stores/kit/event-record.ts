import * as E from 'fp-ts/lib/Either.js'
import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
import { parseEvent } from '../../events/decode-event.js'
import { textIdentity, textIfEvent } from '../../events/encode-event.js'
import { Time } from '../../events/moment.js'
import { CorruptRecord } from '../../event-store/store-error.js'
import type { Position, RecordedEvent } from '../../event-store/recorded-event.js'

/** What a store writes down of an event, the same in every store. */
export interface EventRecord {
  /** The event, with the time at which it was taken in. */
  readonly event: ClientEvent
  readonly clientId: string
  /** The delivery's id, or the SHA-256 of the text. */
  readonly eventId: string
  /** The record itself: the event's JSON text, without `recorded_at`. */
  readonly text: string
  /** Epoch milliseconds. */
  readonly recordedAt: number
  /** The sessions and users of which it speaks, for the look-ups. */
  readonly sessionIds: ReadonlyArray<string>
  readonly userIds: ReadonlyArray<string>
}

const namedIn = (event: ClientEvent): Pick<EventRecord, 'sessionIds' | 'userIds'> => {
  if (event.type !== 'client.observed') {
    return { sessionIds: [event.data.id], userIds: [event.data.user_id] }
  }
  const { sessions } = event.data
  return {
    sessionIds: [...new Set(sessions.map(({ id }) => id))],
    userIds: [...new Set(sessions.map(({ user_id }) => user_id))],
  }
}

/**
 * The record of an event.
 *
 * @param now - when it is taken in, epoch milliseconds; an event that says so itself (from an export)
 *   keeps its own time
 * @throws TypeError if it is no event, and could not be read again: a defect of the caller.
 */
export const recordOf = (event: ClientEvent, now: number): EventRecord => {
  const { recorded_at: recordedAt = now, ...rest } = event
  const said = event.recorded_at === undefined ? event : rest
  const text = textIfEvent(said)
  const isTimely = event.recorded_at === undefined || Time.is(event.recorded_at)
  if (text === undefined || !isTimely) {
    throw new TypeError('what is to be recorded is no event')
  }
  return {
    event: { ...said, recorded_at: recordedAt },
    clientId: clientIdOf(event),
    eventId: event.id ?? textIdentity(text),
    text,
    recordedAt,
    ...namedIn(event),
  }
}

/**
 * V8 may hand on a whole number as a double, from an array of numbers for example. One such revision,
 * and it gives up the layout that all records share: each one made later is moved to another layout
 * when it is looked at first, which costs a third of what reading it costs.
 */
const asWhole = (number: number): number => ((number | 0) === number ? number | 0 : number)

/** A record that was written, with the places that it got. To read it back would cost as much as to write it. */
export const writtenAs = (
  { event }: EventRecord,
  revision: number,
  position: Position,
): RecordedEvent => ({ event, revision: asWhole(revision), position })

/**
 * Reads a record back.
 *
 * @throws CorruptRecord if the text is no event (any more).
 */
export const readRecord = (
  text: string,
  recordedAt: number,
  revision: number,
  position: Position,
): RecordedEvent => {
  const event = parseEvent(text)
  if (E.isLeft(event)) throw new CorruptRecord(position)
  // Nobody else holds the event yet; a copy would cost as much as the decoding.
  ;(event.right as { recorded_at?: number }).recorded_at = recordedAt
  return { event: event.right, revision: asWhole(revision), position }
}
