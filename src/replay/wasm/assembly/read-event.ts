/**
 * Reads a line of the log as `SessionEventCodec` of `src/events/client-event.ts` does, if it is sure.
 *
 * "Unsure" is what the engine calls a line that it leaves to the plain path, whatever the reason: the line
 * may be refused, or be an event in a form that the engine does not handle. All functions that read take
 * the address where something begins and return the address behind it, or 0 for "unsure".
 */
import {
  EVENT_KEY_COUNT,
  EVENT_KEY_DATA,
  EVENT_KEY_EVENT_ATTRIBUTES,
  EVENT_KEY_ID,
  EVENT_KEY_INSTANCE_ID,
  EVENT_KEY_OBJECT,
  EVENT_KEY_RECORDED_AT,
  EVENT_KEY_TIMESTAMP,
  EVENT_KEY_TYPE,
  EVENT_TYPE_COUNT,
  FIRST_EVENT_KEY,
  FIRST_EVENT_TYPE,
  KEYWORD_EVENT,
} from '../keyword-numbers'
import { EVENT_UPDATED_AT } from '../layout'
import { CLOSE_BRACE, COMMA, LINE_FEED, OPEN_BRACE, QUOTE } from './ascii'
import { findKeyword } from './keywords'
import { beginKeysOf, newFollowers, nextKey, valueOfNextKey } from './next-key'
import { afterSession } from './read-session'
import { afterNull, afterPlainString, afterSpaces, afterString } from './scan'
import { forgetEscapes, isNull } from './scan'
import { newShapes, shapeOf } from './shape'
import { afterSkipped } from './skip'
import { afterTime, time } from './time'

const REQUIRED_KEYS: u32 = (1 << EVENT_KEY_TYPE) | (1 << EVENT_KEY_DATA)

/** The keys that the event has, as bits. */
let keys: u32 = 0
/** Which key followed each one in the event before. */
let followers: usize = 0
/** The shapes of the values that were dropped from the event before, and how many were dropped from this one. */
let shapes: usize = 0
let droppedCount: u32 = 0
let timestamp: i64 = 0
let recordedAt: i64 = 0

/** Takes the memory that reading events needs. */
export function beginEvents(): void {
  followers = newFollowers()
  shapes = newShapes()
}

/** Behind a string whose text does not matter. */
function afterAnyString(at: usize): usize {
  return load<u8>(at) == QUOTE ? afterString(at + 1) : 0
}

/** Behind a string that is a keyword of that group. */
function afterKeyword(at: usize, first: u32, count: u32): usize {
  const end = afterPlainString(at)
  if (end == 0) return 0
  return findKeyword(first, count, 0, at + 1, end - at - 2) < count ? end : 0
}

function afterTimestamp(at: usize): usize {
  at = afterTime(at)
  timestamp = time
  return at
}

function afterRecordedAt(at: usize): usize {
  at = afterTime(at)
  recordedAt = time
  return at
}

/** Behind a value that is dropped. */
function afterDropped(at: usize): usize {
  droppedCount += 1
  return afterSkipped(at, shapeOf(shapes, droppedCount - 1))
}

/** Behind the value of a key of the event. The values of other keys are dropped. */
function afterField(key: u32, at: usize, event: usize): usize {
  switch (key) {
    case EVENT_KEY_OBJECT:
      return afterKeyword(at, KEYWORD_EVENT, 1)
    case EVENT_KEY_ID:
      // An empty id is refused.
      return load<u8>(at, 1) == QUOTE ? 0 : afterAnyString(at)
    case EVENT_KEY_TYPE:
      return afterKeyword(at, FIRST_EVENT_TYPE, EVENT_TYPE_COUNT)
    case EVENT_KEY_TIMESTAMP:
      return afterTimestamp(at)
    case EVENT_KEY_RECORDED_AT:
      return afterRecordedAt(at)
    case EVENT_KEY_INSTANCE_ID:
      return isNull(at) ? afterNull(at) : afterAnyString(at)
    case EVENT_KEY_EVENT_ATTRIBUTES:
      return isNull(at) || load<u8>(at) == OPEN_BRACE ? afterDropped(at) : 0
    case EVENT_KEY_DATA:
      return afterSession(at, event)
    default:
      return afterDropped(at)
  }
}

/** Behind the value of the key that was read last. Of two equal keys JSON.parse takes the last one: unsure. */
function afterMember(key: u32, at: usize, event: usize): usize {
  if (key != EVENT_KEY_COUNT) {
    if (((keys >> key) & 1) != 0) return 0
    keys |= 1 << key
  }
  return afterField(key, at, event)
}

/** Behind the entry that follows the comma or brace at `at`. */
function afterEntry(at: usize, event: usize): usize {
  const value = valueOfNextKey(followers, FIRST_EVENT_KEY, EVENT_KEY_COUNT, at)
  return value == 0 ? 0 : afterMember(nextKey, value, event)
}

/** The line feed behind the event that begins here, which `event` then holds; 0 if the line is unsure. */
export function afterEvent(at: usize, event: usize): usize {
  forgetEscapes()
  at = afterSpaces(at)
  if (load<u8>(at) != OPEN_BRACE) return 0
  keys = 0
  droppedCount = 0
  beginKeysOf(followers)
  do {
    at = afterEntry(at, event)
    if (at == 0) return 0
    forgetEscapes()
    at = afterSpaces(at)
  } while (load<u8>(at) == COMMA)
  if (load<u8>(at) != CLOSE_BRACE || (keys & REQUIRED_KEYS) != REQUIRED_KEYS) return 0
  at = afterSpaces(at + 1)
  return load<u8>(at) == LINE_FEED ? at : 0
}

/** When the event that {@link afterEvent} read last was said: `saidAt` of `src/events/client-event.ts`. */
export function saidAt(event: usize): i64 {
  return ((keys >> EVENT_KEY_TIMESTAMP) & 1) != 0 ? timestamp : load<i64>(event, EVENT_UPDATED_AT)
}

/** Since when that event is known: `knownSince` of `src/events/client-event.ts`. */
export function knownSince(event: usize): i64 {
  return ((keys >> EVENT_KEY_RECORDED_AT) & 1) != 0 ? recordedAt : saidAt(event)
}
