import * as E from 'fp-ts/lib/Either.js'
import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
import { decodeEvent, parseEvent } from '../../events/decode-event.js'
import { textIdentity, textIfEvent } from '../../events/encode-event.js'
import { Time } from '../../events/time-codec.js'
import { SECONDS_LIMIT } from '../../events/time-limits.js'
import { CorruptRecord, type RecordProblem } from '../../event-store/store-error.js'
import type { Position, RecordedEvent } from '../../event-store/recorded-event.js'
import { lookUpIdsOf, type LookUpIds } from './look-ups.js'
import { readableIdOf, type StorageKey } from './storage-key.js'

/** What a store writes for an event, the same in every store. */
export interface EventRecord extends LookUpIds {
  /** The event, with the time at which the store received it. */
  readonly event: ClientEvent
  readonly clientId: string
  /** The delivery's id, or the SHA-256 of the text. */
  readonly eventId: string
  /** The record itself: the event's JSON text, without `recorded_at`. */
  readonly text: string
  /** Epoch milliseconds. */
  readonly recordedAt: number
}

/** A stored event as a driver reads it: it may give a number as a bigint or as decimal digits. */
export interface StoredEvent {
  readonly text: string
  /** Epoch milliseconds. */
  readonly recordedAt: number | bigint | string
  readonly revision: number | bigint | string
  readonly position: Position | number | bigint
  /** The client's key, where it was read. */
  readonly clientKey?: StorageKey | undefined
  /** The parsed text of a record whose checksum holds. The reader may change it. */
  readonly value?: ClientEvent | undefined
  /** Set by an engine that found the record damaged. The text then means nothing. */
  readonly problem?: RecordProblem | undefined
}

/**
 * The record of an event.
 *
 * @param now - the time at which the store receives it, epoch milliseconds. An event that has a
 *   `recorded_at` (from an export) keeps it.
 * @throws TypeError if the value is not an event, so that it could not be read again: a defect of the
 *   caller.
 * @example
 * import { recordOf } from 'clientfold/store-engine'
 * import { exampleEvents } from 'clientfold/testing'
 * const [record] = exampleEvents.slice(0, 1).map((event) => recordOf(event, 1779955320999))
 * record?.eventId // => 'msg_02'
 * record?.recordedAt // => 1779955320999
 */
export const recordOf = (event: ClientEvent, now: number): EventRecord => {
  const { recorded_at: recordedAt = now, ...rest } = event
  const content = event.recorded_at === undefined ? event : rest
  const text = textIfEvent(content)
  const hasValidTime = event.recorded_at === undefined || Time.is(event.recorded_at)
  if (text === undefined || !hasValidTime) {
    throw new TypeError('the value to record is not an event')
  }
  const { sessionIds, userIds } = lookUpIdsOf(event)
  return {
    event: { ...content, recorded_at: recordedAt },
    clientId: clientIdOf(event),
    eventId: event.id ?? textIdentity(text),
    text,
    recordedAt,
    sessionIds,
    userIds,
  }
}

/** The record of an event whose text is stored already. */
export const eventRecordOf = (
  event: ClientEvent,
  text: string,
  recordedAt: number,
): EventRecord => ({
  event: { ...event, recorded_at: recordedAt },
  clientId: clientIdOf(event),
  eventId: event.id ?? textIdentity(text),
  text,
  recordedAt,
  ...lookUpIdsOf(event),
})

/**
 * Keeps all recorded events in one memory layout. V8 may hold a whole number as a double, for example
 * one from an array of numbers. After one such revision V8 gives up the shared layout: it moves every
 * later object to another layout at its first use, which costs a third of the time of reading it.
 */
const asWhole = (number: number): number => ((number | 0) === number ? number | 0 : number)

/**
 * The recorded event of a record that was just written. To read it back would cost as much as the write.
 *
 * @example
 * import { recordedAs, recordOf } from 'clientfold/store-engine'
 * import { exampleEvents } from 'clientfold/testing'
 * const [record] = exampleEvents.slice(0, 1).map((event) => recordOf(event, 1779955320999))
 * if (record) recordedAs(record, 1, '42').position // => '42'
 */
export const recordedAs = (
  { event }: EventRecord,
  revision: number,
  position: Position,
): RecordedEvent => ({ event, revision: asWhole(revision), position })

/** The error about a stored event that is damaged. */
export const corruptRecordOf = (
  { position, revision, clientKey }: StoredEvent,
  problem: RecordProblem,
): CorruptRecord =>
  // An engine that knows no position gives an empty one.
  new CorruptRecord(String(position) || null, problem, {
    clientId: clientKey === undefined ? null : readableIdOf(clientKey),
    revision: Number.isSafeInteger(Number(revision)) ? Number(revision) : null,
  })

/**
 * Whether the decoding of a parsed text would change nothing. Its checksum holds, so it was an event when
 * it was written, and only times in seconds are decoded to other values.
 */
const isAsDecoded = (event: ClientEvent): boolean => {
  if (event.type === 'client.observed') return false
  const { last_active_at, expire_at, abandon_at, updated_at, created_at } = event.data
  return (
    last_active_at >= SECONDS_LIMIT &&
    expire_at >= SECONDS_LIMIT &&
    abandon_at >= SECONDS_LIMIT &&
    updated_at >= SECONDS_LIMIT &&
    created_at >= SECONDS_LIMIT &&
    (event.timestamp === undefined || event.timestamp >= SECONDS_LIMIT)
  )
}

const withTime = (
  event: ClientEvent,
  recordedAt: StoredEvent['recordedAt'],
  revision: StoredEvent['revision'],
  position: StoredEvent['position'],
): RecordedEvent => {
  // The event is new and not shared, so it can be changed. A copy would cost as much as the decoding.
  ;(event as { recorded_at?: number }).recorded_at = Number(recordedAt)
  return { event, revision: asWhole(Number(revision)), position: String(position) }
}

/**
 * Decodes a stored event.
 *
 * @param clientKey - the client's key, where the row does not hold it
 * @throws CorruptRecord if the record is damaged, or its text is not an event.
 */
export const readStoredEvent = (stored: StoredEvent, clientKey?: StorageKey): RecordedEvent => {
  const { text, recordedAt, revision, position, problem, value } = stored
  if (value !== undefined && isAsDecoded(value)) {
    return withTime(value, recordedAt, revision, position)
  }
  if (problem !== undefined) throw corruptRecordOf({ clientKey, ...stored }, problem)
  const event = value === undefined ? parseEvent(text) : decodeEvent(value)
  if (E.isLeft(event)) throw corruptRecordOf({ clientKey, ...stored }, 'not-an-event')
  return withTime(event.right, recordedAt, revision, position)
}

/** As {@link readStoredEvent}, but reports a damaged record and answers `undefined` for it. */
export const readUndamaged = (
  event: StoredEvent,
  onDamage: (damage: CorruptRecord) => void,
): RecordedEvent | undefined => {
  try {
    return readStoredEvent(event)
  } catch (error) {
    if (!(error instanceof CorruptRecord)) throw error
    onDamage(error)
    return undefined
  }
}

/** All of some stored events; null if one of them is damaged. */
export const readAllSound = (
  stored: ReadonlyArray<StoredEvent>,
  clientKey: StorageKey,
): ReadonlyArray<RecordedEvent> | null => {
  const sound = stored.flatMap(
    (each) => readUndamaged({ clientKey, ...each }, () => undefined) ?? [],
  )
  return sound.length < stored.length ? null : sound
}
