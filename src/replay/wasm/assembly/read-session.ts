/** Reads `data` of a session event as `SessionCodec` of `src/events/session.ts` does, if it is sure. */
import * as Layout from '../layout'
import {
  FIRST_SESSION_KEY,
  FIRST_STATUS,
  KEYWORD_SESSION,
  SESSION_KEY_ACTOR,
  SESSION_KEY_CLIENT_ID,
  SESSION_KEY_COUNT,
  SESSION_KEY_ID,
  SESSION_KEY_LAST_ACTIVE_ORGANIZATION_ID,
  SESSION_KEY_LATEST_ACTIVITY,
  SESSION_KEY_OBJECT,
  SESSION_KEY_STATUS,
  SESSION_KEY_TASKS,
  SESSION_KEY_USER_ID,
  STATUS_COUNT,
} from '../keyword-numbers'
import { CLOSE_BRACE, COMMA, OPEN_BRACE, OPEN_BRACKET } from './ascii'
import { keepValue, timePlace, valueLengthOf, valueOf } from './event'
import { afterKept, isActivity } from './keep'
import { findKeyword, isKeyword } from './keywords'
import { beginKeysOf, newFollowers, nextKey, valueOfNextKey } from './next-key'
import { afterNull, afterPlainString, afterSpaces, isNull } from './scan'
import { forgetEscapes, forgetSpaces, hasSpaces, recallSpaces } from './scan'
import { newShapes, shapeOf } from './shape'
import { afterSkipped } from './skip'
import { afterTime, time, wasInSeconds } from './time'

/** Two quotes. */
const STRING_MARKS: usize = 2

const OPTIONAL_KEYS: u32 =
  (1 << SESSION_KEY_ACTOR) |
  (1 << SESSION_KEY_LAST_ACTIVE_ORGANIZATION_ID) |
  (1 << SESSION_KEY_LATEST_ACTIVITY) |
  (1 << SESSION_KEY_TASKS)
const REQUIRED_KEYS: u32 = ((1 << SESSION_KEY_COUNT) - 1) & ~OPTIONAL_KEYS

/** Takes the memory that reading sessions needs. */
export function beginSessions(): void {
  followers = newFollowers()
  shapes = newShapes()
}

/** Behind an id: a plain string that is neither empty nor too long. */
function afterId(at: usize): usize {
  const end = afterPlainString(at)
  return end - at - STRING_MARKS - 1 < <usize>Layout.MAX_ID_BYTES ? end : 0
}

function afterStatus(at: usize, event: usize): usize {
  const end = afterPlainString(at)
  if (end == 0) return 0
  const status = findKeyword(FIRST_STATUS, STATUS_COUNT, 0, at + 1, end - at - STRING_MARKS)
  store<u32>(event, status, Layout.EVENT_STATUS)
  store<u32>(event, <u32>at + 1, Layout.EVENT_STATUS_PLACE)
  return status != STATUS_COUNT ? end : 0
}

function afterSessionTime(at: usize, event: usize, key: u32): usize {
  const end = afterTime(at)
  store<i64>(event + timePlace(key), time)
  if (wasInSeconds) {
    const inSeconds = load<u32>(event, Layout.EVENT_SECONDS_KEYS)
    store<u32>(event, inSeconds | (1 << key), Layout.EVENT_SECONDS_KEYS)
  }
  return end
}

/** Behind the string "session". */
function afterObjectName(at: usize): usize {
  const end = afterPlainString(at)
  return end != 0 && isKeyword(KEYWORD_SESSION, at + 1, end - at - STRING_MARKS) ? end : 0
}

/** Behind `null`, or a value that is kept and begins with that brace or bracket. */
function afterOptional(at: usize, event: usize, key: u32, opening: u8): usize {
  if (isNull(at)) return afterNull(at)
  const before = hasSpaces
  forgetSpaces()
  const end = afterKept(at, opening)
  if (hasSpaces) {
    const spaced = load<u32>(event, Layout.EVENT_SPACED_KEYS)
    store<u32>(event, spaced | (1 << key), Layout.EVENT_SPACED_KEYS)
  }
  recallSpaces(before)
  return end
}

function afterActivity(at: usize, event: usize): usize {
  const end = afterOptional(at, event, SESSION_KEY_LATEST_ACTIVITY, OPEN_BRACE)
  return end != 0 && (isNull(at) || isActivity(at)) ? end : 0
}

/** Behind the value of a documented key; 0 if it has another type, or is unsure. */
function afterField(key: u32, at: usize, event: usize): usize {
  switch (key) {
    case SESSION_KEY_OBJECT:
      return afterObjectName(at)
    case SESSION_KEY_ID:
    case SESSION_KEY_USER_ID:
    case SESSION_KEY_CLIENT_ID:
      return afterId(at)
    case SESSION_KEY_STATUS:
      return afterStatus(at, event)
    case SESSION_KEY_LAST_ACTIVE_ORGANIZATION_ID:
      return isNull(at) ? afterNull(at) : afterPlainString(at)
    case SESSION_KEY_ACTOR:
      return afterOptional(at, event, key, OPEN_BRACE)
    case SESSION_KEY_LATEST_ACTIVITY:
      return afterActivity(at, event)
    case SESSION_KEY_TASKS:
      return afterOptional(at, event, key, OPEN_BRACKET)
    default:
      return afterSessionTime(at, event, key)
  }
}

/** The keys that the session has, as bits. */
let keys: u32 = 0
/** The first key that may come next in canonical text. */
let expected: u32 = 0
/** Which key followed each one in the session before. */
let followers: usize = 0
/** The shapes of the values that were dropped from the session before, and how many were dropped from this one. */
let shapes: usize = 0
let droppedCount: u32 = 0
/** Whether the text so far is canonical: documented keys only, in their order. */
let isCanonical: bool = false

/** Behind the value of a key; the value of a key that is not documented is dropped. */
function afterMember(key: u32, at: usize, event: usize): usize {
  if (key == SESSION_KEY_COUNT) {
    isCanonical = false
    droppedCount += 1
    return afterSkipped(at, shapeOf(shapes, droppedCount - 1))
  }
  // Of two equal keys JSON.parse takes the last one.
  if (((keys >> key) & 1) != 0) return 0
  if (key < expected) isCanonical = false
  keys |= 1 << key
  expected = key + 1
  const end = afterField(key, at, event)
  keepValue(event, key, at, end - at)
  return end
}

/** Behind the entry that follows the comma or brace at `at`. */
function afterEntry(at: usize, event: usize): usize {
  const value = valueOfNextKey(followers, FIRST_SESSION_KEY, SESSION_KEY_COUNT, at)
  return value == 0 ? 0 : afterMember(nextKey, value, event)
}

function keepSession(event: usize, start: usize, end: usize): void {
  const isText = isCanonical && !hasSpaces && load<u32>(event, Layout.EVENT_SECONDS_KEYS) == 0
  store<u32>(event, <u32>start, Layout.EVENT_TEXT)
  store<u32>(event, isText ? <u32>(end - start) : 0, Layout.EVENT_TEXT_LENGTH)
  store<u32>(event, keys, Layout.EVENT_PRESENT_KEYS)
  const id = valueOf(event, SESSION_KEY_ID)
  const idLength = valueLengthOf(event, SESSION_KEY_ID) - STRING_MARKS
  store<u32>(event, <u32>id + 1, Layout.EVENT_SESSION_ID)
  store<u32>(event, <u32>idLength, Layout.EVENT_SESSION_ID_LENGTH)
  const clientId = valueOf(event, SESSION_KEY_CLIENT_ID)
  const clientIdLength = valueLengthOf(event, SESSION_KEY_CLIENT_ID) - STRING_MARKS
  store<u32>(event, <u32>clientId + 1, Layout.EVENT_CLIENT_ID)
  store<u32>(event, <u32>clientIdLength, Layout.EVENT_CLIENT_ID_LENGTH)
}

/** Behind the session that begins here, which `event` then holds; 0 if it is unsure. */
export function afterSession(at: usize, event: usize): usize {
  if (load<u8>(at) != OPEN_BRACE) return 0
  const start = at
  forgetSpaces()
  keys = 0
  expected = 0
  droppedCount = 0
  beginKeysOf(followers)
  isCanonical = true
  store<u32>(event, 0, Layout.EVENT_SECONDS_KEYS)
  store<u32>(event, 0, Layout.EVENT_SPACED_KEYS)
  do {
    at = afterEntry(at, event)
    if (at == 0) return 0
    forgetEscapes()
    at = afterSpaces(at)
  } while (load<u8>(at) == COMMA)
  if (load<u8>(at) != CLOSE_BRACE || (keys & REQUIRED_KEYS) != REQUIRED_KEYS) return 0
  keepSession(event, start, at + 1)
  return at + 1
}
