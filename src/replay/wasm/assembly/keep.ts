/**
 * Reads values that are kept as given: `actor`, `latest_activity` and `tasks`. Their bytes go into the
 * output without white space, so the tokens must be what `JSON.stringify(JSON.parse(…))` would write.
 *
 * A value is unsure (see `read-event.ts`) if that is not plain to see: if it has numbers
 * other than short integers, escapes that `JSON.stringify` would write otherwise, a key that `JSON.parse`
 * moves (an integer), a key twice, or a key that begins with an underscore (as `__proto__` does).
 */
import { KEYWORD_IS_MOBILE, SESSION_KEY_ID, SESSION_KEY_OBJECT } from '../keyword-numbers'
import { OPEN_KEY_BYTES, OPEN_KEY_LENGTH, OPEN_KEY_TEXT } from '../layout'
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  isDigit,
  LOWER_F,
  LOWER_N,
  LOWER_T,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  UNDERSCORE,
  ZERO,
} from './ascii'
import { areSame } from './bytes'
import { isKeyword } from './keywords'
import { takeRegion } from './memory'
import { afterColon, afterDigits, afterLiteral, afterSpaces, afterString } from './scan'
import { ESCAPED_OTHERWISE, escapes, forgetEscapes, recallEscapes } from './scan'

const MAX_LEVELS: u32 = 60
/** Integers with so many digits are written as they are read. */
const MAX_DIGITS: usize = 15

/** The keys of the objects that are open. */
const MAX_OPEN_KEYS: usize = 128
let keys: usize = 0
let keyCount: usize = 0

export function beginKeys(): void {
  keys = takeRegion(MAX_OPEN_KEYS * OPEN_KEY_BYTES)
}

/** Behind an object (or an array, by its bracket) as it would be written; 0 if it is another value, or unsure. */
export function afterKept(at: usize, opening: u8): usize {
  if (load<u8>(at) != opening) return 0
  forgetEscapes()
  keyCount = 0
  at = afterKeptValue(at, 0)
  return (escapes & ESCAPED_OTHERWISE) == 0 ? at : 0
}

function afterKeptValue(at: usize, levels: u32): usize {
  switch (<u32>load<u8>(at)) {
    case QUOTE:
      return afterString(at + 1)
    case OPEN_BRACE:
      return levels == MAX_LEVELS ? 0 : afterKeptObject(at + 1, levels + 1)
    case OPEN_BRACKET:
      return levels == MAX_LEVELS ? 0 : afterKeptArray(at + 1, levels + 1)
    case LOWER_T:
    case LOWER_F:
    case LOWER_N:
      return afterLiteral(at)
    default:
      return afterKeptNumber(at)
  }
}

function afterKeptNumber(at: usize): usize {
  const isNegative = load<u8>(at) == MINUS
  if (isNegative) at += 1
  const end = afterDigits(at)
  if (end - at - 1 >= MAX_DIGITS) return 0
  return load<u8>(at) == ZERO && (end - at > 1 || isNegative) ? 0 : end
}

/** Behind the array whose bracket is just before `at`. */
function afterKeptArray(at: usize, levels: u32): usize {
  at = afterSpaces(at)
  if (load<u8>(at) == CLOSE_BRACKET) return at + 1
  while (true) {
    at = afterKeptValue(at, levels)
    if (at == 0) return 0
    at = afterSpaces(at)
    const byte = load<u8>(at)
    if (byte == CLOSE_BRACKET) return at + 1
    if (byte != COMMA) return 0
    at = afterSpaces(at + 1)
  }
}

/** Behind the object whose brace is just before `at`. */
function afterKeptObject(at: usize, levels: u32): usize {
  at = afterSpaces(at)
  if (load<u8>(at) == CLOSE_BRACE) return at + 1
  const firstKey = keyCount
  while (true) {
    at = afterKeptKey(at, firstKey)
    if (at == 0) return 0
    at = afterKeptValue(at, levels)
    if (at == 0) return 0
    at = afterSpaces(at)
    const byte = load<u8>(at)
    if (byte == CLOSE_BRACE) break
    if (byte != COMMA) return 0
    at = afterSpaces(at + 1)
  }
  keyCount = firstKey
  return at + 1
}

/** At the value behind a key and its colon. */
function afterKeptKey(at: usize, firstKey: usize): usize {
  if (load<u8>(at) != QUOTE) return 0
  const before = escapes
  forgetEscapes()
  const end = afterString(at + 1)
  if (end == 0 || escapes != 0) return 0
  recallEscapes(before)
  return isPlainKey(at + 1, end - at - 2, firstKey) ? afterColon(end) : 0
}

/** True if `JSON.parse` leaves the key where it is, and the object does not have it yet. */
function isPlainKey(at: usize, length: usize, firstKey: usize): bool {
  const first = load<u8>(at)
  if (isDigit(first) || first == UNDERSCORE || keyCount == MAX_OPEN_KEYS) return false
  for (let index = firstKey; index < keyCount; index += 1) {
    const other = keys + index * OPEN_KEY_BYTES
    if (
      load<u32>(other, OPEN_KEY_LENGTH) == <u32>length &&
      areSame(load<u32>(other, OPEN_KEY_TEXT), at, length)
    ) {
      return false
    }
  }
  const own = keys + keyCount * OPEN_KEY_BYTES
  store<u32>(own, <u32>at, OPEN_KEY_TEXT)
  store<u32>(own, <u32>length, OPEN_KEY_LENGTH)
  keyCount += 1
  return true
}

const HAS_ID: u32 = 1
const HAS_OBJECT: u32 = 2
const HAS_IS_MOBILE: u32 = 4

/** Which documented key of an activity this is, if its value has the documented type; else 0. */
function documentedKey(key: usize, length: usize, value: usize): u32 {
  const byte = load<u8>(value)
  if (isKeyword(SESSION_KEY_ID, key, length)) return byte == QUOTE ? HAS_ID : 0
  if (isKeyword(SESSION_KEY_OBJECT, key, length)) return byte == QUOTE ? HAS_OBJECT : 0
  if (isKeyword(KEYWORD_IS_MOBILE, key, length)) {
    return byte == LOWER_T || byte == LOWER_F ? HAS_IS_MOBILE : 0
  }
  return 0
}

/** True if an object that {@link afterKept} has accepted is an activity. */
export function isActivity(at: usize): bool {
  let has: u32 = 0
  at = afterSpaces(at + 1)
  keyCount = 0
  while (load<u8>(at) == QUOTE) {
    const keyEnd = afterString(at + 1)
    const value = afterColon(keyEnd)
    has |= documentedKey(at + 1, keyEnd - at - 2, value)
    at = afterSpaces(afterKeptValue(value, 1))
    if (load<u8>(at) == COMMA) at = afterSpaces(at + 1)
  }
  return has == (HAS_ID | HAS_OBJECT | HAS_IS_MOBILE)
}
