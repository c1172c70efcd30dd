/**
 * Values that are kept as given: `actor`, `latest_activity`, `tasks`. Their bytes go into the output as
 * they stand, so they must stand as `JSON.stringify(JSON.parse(…))` would write them. Where that is not
 * plain to see, the value is not sure: white space, numbers that are not short integers, escapes in other
 * forms, and keys that `JSON.parse` moves (integers), joins (the same twice) or that tempt it (`__proto__`).
 */
import { areSame } from './bytes'
import { takeRegion } from './memory'
import { afterDigits, afterLiteral, afterString } from './scan'
import { ESCAPED_OTHERWISE, escapes, forgetEscapes, recallEscapes } from './scan'
import { ID, IS_MOBILE, isWord, OBJECT } from './keywords'

const MOST_LEVELS: u32 = 60
/** Up to here integers are written as they are read. */
const MOST_DIGITS: usize = 15

/** The keys of the objects that are open, 8 bytes each: where it stands, how long it is. */
const MOST_KEYS: usize = 128
let keys: usize = 0
let keyCount: usize = 0

export function beginKeys(): void {
  keys = takeRegion(MOST_KEYS << 3)
}

/** Behind an object or array as it would be written; 0 if it is neither, or not sure. */
export function afterKept(at: usize, brace: u32): usize {
  if (<u32>load<u8>(at) != brace) return 0
  forgetEscapes()
  keyCount = 0
  at = afterKeptValue(at, 0)
  return (escapes & ESCAPED_OTHERWISE) == 0 ? at : 0
}

function afterKeptValue(at: usize, levels: u32): usize {
  switch (<u32>load<u8>(at)) {
    case 0x22: // "
      return afterString(at + 1)
    case 0x7b: // {
      return levels == MOST_LEVELS ? 0 : afterKeptObject(at + 1, levels + 1)
    case 0x5b: // [
      return levels == MOST_LEVELS ? 0 : afterKeptArray(at + 1, levels + 1)
    case 0x74: // t
    case 0x66: // f
    case 0x6e: // n
      return afterLiteral(at)
    default:
      return afterKeptNumber(at)
  }
}

function afterKeptNumber(at: usize): usize {
  const isNegative = load<u8>(at) == 0x2d
  if (isNegative) at += 1
  const end = afterDigits(at)
  if (end - at - 1 >= MOST_DIGITS) return 0
  return load<u8>(at) == 0x30 && (end - at > 1 || isNegative) ? 0 : end
}

function afterKeptArray(at: usize, levels: u32): usize {
  if (load<u8>(at) == 0x5d) return at + 1
  while (true) {
    at = afterKeptValue(at, levels)
    if (at == 0) return 0
    const byte = <u32>load<u8>(at)
    if (byte == 0x5d) return at + 1
    if (byte != 0x2c) return 0
    at += 1
  }
}

function afterKeptObject(at: usize, levels: u32): usize {
  if (load<u8>(at) == 0x7d) return at + 1
  const firstKey = keyCount
  while (true) {
    at = afterKeptKey(at, firstKey)
    if (at == 0) return 0
    at = afterKeptValue(at, levels)
    if (at == 0) return 0
    const byte = <u32>load<u8>(at)
    if (byte == 0x7d) break
    if (byte != 0x2c) return 0
    at += 1
  }
  keyCount = firstKey
  return at + 1
}

/** Behind a key and its colon. */
function afterKeptKey(at: usize, firstKey: usize): usize {
  if (load<u8>(at) != 0x22) return 0
  const before = escapes
  forgetEscapes()
  const end = afterString(at + 1)
  if (end == 0 || escapes != 0) return 0
  recallEscapes(before)
  return isPlainKey(at + 1, end - at - 2, firstKey) && load<u8>(end) == 0x3a ? end + 1 : 0
}

/** True if the key stays where it is, and is new in its object. */
function isPlainKey(at: usize, length: usize, firstKey: usize): bool {
  const first = <u32>load<u8>(at)
  if (first - 0x30 < 10 || first == 0x5f || keyCount == MOST_KEYS) return false
  for (let index = firstKey; index < keyCount; index += 1) {
    const other = keys + (index << 3)
    if (load<u32>(other, 4) == <u32>length && areSame(load<u32>(other), at, length)) return false
  }
  const own = keys + (keyCount << 3)
  store<u32>(own, <u32>at)
  store<u32>(own, <u32>length, 4)
  keyCount += 1
  return true
}

const HAS_ID: u32 = 1
const HAS_OBJECT: u32 = 2
const HAS_IS_MOBILE: u32 = 4

/** Which documented key of an activity this is, if its value has the documented type. */
function documentedOf(key: usize, length: usize, value: usize): u32 {
  const byte = <u32>load<u8>(value)
  if (isWord(ID, key, length)) return byte == 0x22 ? HAS_ID : 0
  if (isWord(OBJECT, key, length)) return byte == 0x22 ? HAS_OBJECT : 0
  if (isWord(IS_MOBILE, key, length)) return byte == 0x74 || byte == 0x66 ? HAS_IS_MOBILE : 0
  return 0
}

/** True if the object between these places, which was found good to keep, is an activity. */
export function isActivity(at: usize): bool {
  let has: u32 = 0
  at += 1
  keyCount = 0
  while (load<u8>(at) == 0x22) {
    const value = afterString(at + 1) + 1
    has |= documentedOf(at + 1, value - at - 3, value)
    at = afterKeptValue(value, 1)
    if (load<u8>(at) == 0x2c) at += 1
  }
  return has == (HAS_ID | HAS_OBJECT | HAS_IS_MOBILE)
}
