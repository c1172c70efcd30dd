/** A line of the log: what `SessionEventCodec` in `src/events/client-event.ts` takes, as far as it is sure. */
import * as Event from './event'
import { afterPlainString, afterSession } from './read-session'
import { afterColon, afterSpaces, afterString, forgetEscapes, isNull } from './scan'
import { afterValue } from './skip'
import { afterTime, time } from './time'
import * as Word from './keywords'

const REQUIRED: u32 = (1 << Word.TYPE) | (1 << Word.DATA)

/** The keys of the event that is being read, as bits; the key that most likely comes next. */
let keys: u32 = 0
let expected: u32 = 0
let timestamp: i64 = 0
let recordedAt: i64 = 0

/** Behind a string that says no more than that it is there: escapes in it do not matter. */
function afterAnyString(at: usize): usize {
  return load<u8>(at) == 0x22 ? afterString(at + 1) : 0
}

/** Behind a string that is one of these words. */
function afterWord(at: usize, first: u32, count: u32): usize {
  const end = afterPlainString(at)
  if (end == 0) return 0
  return Word.findWord(first, count, 0, at + 1, end - at - 2) < count ? end : 0
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

/** Behind the value of one of the keys of an event, or of another, which is dropped. */
function afterField(key: u32, at: usize, event: usize): usize {
  switch (key) {
    case Word.EVENT_OBJECT:
      return afterWord(at, Word.EVENT, 1)
    case Word.EVENT_ID:
      return load<u8>(at, 1) == 0x22 ? 0 : afterAnyString(at)
    case Word.TYPE:
      return afterWord(at, Word.TYPES, Word.TYPE_COUNT)
    case Word.TIMESTAMP:
      return afterTimestamp(at)
    case Word.RECORDED_AT:
      return afterRecordedAt(at)
    case Word.INSTANCE_ID:
      return isNull(at) ? at + 4 : afterAnyString(at)
    case Word.ATTRIBUTES:
      return isNull(at) || load<u8>(at) == 0x7b ? afterValue(at, 0) : 0
    case Word.DATA:
      return afterSession(at, event)
    default:
      return afterValue(at, 0)
  }
}

/** Behind a key, its colon and its value. */
function afterEntry(at: usize, event: usize): usize {
  const nameEnd = afterPlainString(at)
  if (nameEnd == 0) return 0
  const key = Word.findWord(
    Word.EVENT_KEYS,
    Word.EVENT_KEY_COUNT,
    expected,
    at + 1,
    nameEnd - at - 2,
  )
  at = afterColon(nameEnd)
  if (at == 0) return 0
  if (key < Word.EVENT_KEY_COUNT) {
    if (((keys >> key) & 1) != 0) return 0
    keys |= 1 << key
    expected = key + 1
  }
  at = afterField(key, at, event)
  forgetEscapes()
  return at
}

/** The line feed behind the event that begins here, which `event` then holds; 0 if it is none, or not sure. */
export function afterEvent(at: usize, event: usize): usize {
  forgetEscapes()
  at = afterSpaces(at)
  if (load<u8>(at) != 0x7b) return 0
  keys = 0
  expected = 0
  do {
    at = afterSpaces(at + 1)
    at = afterEntry(at, event)
    if (at == 0) return 0
    at = afterSpaces(at)
  } while (load<u8>(at) == 0x2c)
  if (load<u8>(at) != 0x7d || (keys & REQUIRED) != REQUIRED) return 0
  at = afterSpaces(at + 1)
  return load<u8>(at) == 0x0a ? at : 0
}

/** When the event that was read last was said: {@link afterEvent} found it good. */
export function saidAt(event: usize): i64 {
  return ((keys >> Word.TIMESTAMP) & 1) != 0 ? timestamp : load<i64>(event, Event.UPDATED)
}

/** Since when it is known. */
export function knownSince(event: usize): i64 {
  return ((keys >> Word.RECORDED_AT) & 1) != 0 ? recordedAt : saidAt(event)
}
