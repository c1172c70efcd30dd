/** `data` of a session event: what `SessionCodec` in `src/events/session.ts` takes, as far as it is sure. */
import * as Event from './event'
import { afterKept, isActivity } from './keep'
import { afterColon, afterSpaces, afterString, isNull } from './scan'
import { escapes, forgetEscapes, forgetSpaces, hasSpaces } from './scan'
import { afterValue } from './skip'
import { afterTime, time, wasInSeconds } from './time'
import * as Word from './keywords'

/** Longer ids are none of Clerk's; the keys of the hash go so far. */
const MOST_ID_BYTES: usize = 256

/** All but `actor`, `last_active_organization_id`, `latest_activity` and `tasks`. */
const REQUIRED: u32 =
  ((1 << Word.SESSION_KEY_COUNT) - 1) &
  ~(
    (1 << Word.ACTOR) |
    (1 << Word.ORGANIZATION_ID) |
    (1 << Word.LATEST_ACTIVITY) |
    (1 << Word.TASKS)
  )

/** Behind a string without escapes, whose bytes are therefore its text; 0 if it is none. */
export function afterPlainString(at: usize): usize {
  if (load<u8>(at) != 0x22) return 0
  at = afterString(at + 1)
  return escapes == 0 ? at : 0
}

/** Behind an id: a plain string that is neither empty nor longer than ids are. */
function afterId(at: usize): usize {
  const end = afterPlainString(at)
  return end - at - 3 < MOST_ID_BYTES ? end : 0
}

function afterStatus(at: usize, event: usize): usize {
  const end = afterPlainString(at)
  if (end == 0) return 0
  const status = Word.findWord(Word.STATUSES, Word.STATUS_COUNT, 0, at + 1, end - at - 2)
  store<u32>(event, status, Event.STATUS_NUMBER)
  store<u32>(event, <u32>at + 1, Event.STATUS_PLACE)
  return status < Word.STATUS_COUNT ? end : 0
}

function afterSessionTime(at: usize, event: usize, key: u32): usize {
  const end = afterTime(at)
  store<i64>(event + Event.timeOf(key), time)
  if (wasInSeconds) store<u32>(event, load<u32>(event, Event.SECONDS) | (1 << key), Event.SECONDS)
  return end
}

function afterSessionWord(at: usize): usize {
  const end = afterPlainString(at)
  return end != 0 && Word.isWord(Word.SESSION, at + 1, end - at - 2) ? end : 0
}

function afterActivity(at: usize): usize {
  const end = afterKept(at, 0x7b)
  return end != 0 && isActivity(at) ? end : 0
}

/** Behind the value of one of the documented keys; 0 if it is of no right type, or not sure. */
function afterField(key: u32, at: usize, event: usize): usize {
  switch (key) {
    case Word.OBJECT:
      return afterSessionWord(at)
    case Word.ID:
    case Word.USER_ID:
    case Word.CLIENT_ID:
      return afterId(at)
    case Word.STATUS:
      return afterStatus(at, event)
    case Word.ORGANIZATION_ID:
      return isNull(at) ? at + 4 : afterPlainString(at)
    case Word.ACTOR:
      return isNull(at) ? at + 4 : afterKept(at, 0x7b)
    case Word.LATEST_ACTIVITY:
      return isNull(at) ? at + 4 : afterActivity(at)
    case Word.TASKS:
      return isNull(at) ? at + 4 : afterKept(at, 0x5b)
    default:
      return afterSessionTime(at, event, key)
  }
}

/** The keys of the session that is being read, as bits; the key that most likely comes next. */
let keys: u32 = 0
let expected: u32 = 0
/** Whether the text so far is canonical: documented keys only, in their order. */
let isCanonical: bool = false

/** Behind a value whose key was found to be the documented one of that number, or none. */
function afterMember(key: u32, at: usize, event: usize): usize {
  if (key == Word.SESSION_KEY_COUNT) {
    isCanonical = false
    return afterValue(at, 0)
  }
  // The last of two equal keys would count.
  if (((keys >> key) & 1) != 0) return 0
  if (key < expected) isCanonical = false
  keys |= 1 << key
  expected = key + 1
  const end = afterField(key, at, event)
  Event.keepValue(event, key, at, end - at)
  return end
}

/** Behind a key, its colon and its value. */
function afterEntry(at: usize, event: usize): usize {
  const nameEnd = afterPlainString(at)
  if (nameEnd == 0) return 0
  const key = Word.findWord(
    Word.SESSION_KEYS,
    Word.SESSION_KEY_COUNT,
    expected,
    at + 1,
    nameEnd - at - 2,
  )
  const value = afterColon(nameEnd)
  if (value == 0) return 0
  const end = afterMember(key, value, event)
  forgetEscapes()
  return end
}

function keepSession(event: usize, start: usize, end: usize): void {
  const isText = isCanonical && !hasSpaces && load<u32>(event, Event.SECONDS) == 0
  store<u32>(event, <u32>start, Event.TEXT)
  store<u32>(event, isText ? <u32>(end - start) : 0, Event.TEXT_LENGTH)
  store<u32>(event, keys, Event.KEYS)
  store<u32>(event, <u32>Event.valueOf(event, Word.ID) + 1, Event.SESSION_ID)
  store<u32>(event, <u32>Event.valueLengthOf(event, Word.ID) - 2, Event.SESSION_ID_LENGTH)
  store<u32>(event, <u32>Event.valueOf(event, Word.CLIENT_ID) + 1, Event.OWNER)
  store<u32>(event, <u32>Event.valueLengthOf(event, Word.CLIENT_ID) - 2, Event.OWNER_LENGTH)
}

/** Behind the session that begins here, which `event` then holds; 0 if it is none, or not sure. */
export function afterSession(at: usize, event: usize): usize {
  if (load<u8>(at) != 0x7b) return 0
  const start = at
  forgetSpaces()
  keys = 0
  expected = 0
  isCanonical = true
  store<u32>(event, 0, Event.SECONDS)
  do {
    at = afterSpaces(at + 1)
    at = afterEntry(at, event)
    if (at == 0) return 0
    at = afterSpaces(at)
  } while (load<u8>(at) == 0x2c)
  if (load<u8>(at) != 0x7d || (keys & REQUIRED) != REQUIRED) return 0
  keepSession(event, start, at + 1)
  return at + 1
}
