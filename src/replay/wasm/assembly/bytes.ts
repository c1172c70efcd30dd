/** Copies and compares bytes, and writes numbers. */
import { VECTOR_BYTES } from '../layout'
import { ZERO } from './ascii'

/** The mask of a comparison in which all bytes of two vectors are equal. */
export const ALL_EQUAL = 0xffff

/** Lead bytes of UTF-8: U+E000 to U+FFFF begin with 0xee or 0xef, everything beyond with 0xf0 or more. */
const LEAD_OF_E000: u32 = 0xee
const LEAD_OF_10000: u32 = 0xf0
const LEADS_FROM_E000: u32 = LEAD_OF_10000 - LEAD_OF_E000
/** Any number that puts 0xee and 0xef behind all bytes that occur in UTF-8. */
const BEHIND_ALL: u32 = 0x10

/**
 * Copies whole vectors, so it writes up to 15 bytes beyond the length: both places need spare bytes. For
 * texts as short as ours that is several times faster than `memory.copy`.
 */
export function copy(to: usize, from: usize, length: usize): void {
  const end = from + length
  while (from < end) {
    v128.store(to, v128.load(from))
    to += VECTOR_BYTES
    from += VECTOR_BYTES
  }
}

/** A bit for each of sixteen bytes: whether it is the same in both places. */
export function equalBytes(left: usize, right: usize): i32 {
  return i8x16.bitmask(i8x16.eq(v128.load(left), v128.load(right)))
}

/** True if two texts of one length are equal. Reads up to 15 bytes beyond them. */
export function areSame(left: usize, right: usize, length: usize): bool {
  let place: usize = 0
  while (place + VECTOR_BYTES <= length) {
    if (v128.any_true(v128.xor(v128.load(left + place), v128.load(right + place)))) return false
    place += VECTOR_BYTES
  }
  const rest = length - place
  if (rest == 0) return true
  return ctz(~equalBytes(left + place, right + place)) >= <i32>rest
}

/**
 * The rank of a byte of UTF-8: texts compare by the ranks of their bytes as they do by UTF-16 code units.
 * Bytes alone compare by code points. The difference: in UTF-16 a character beyond U+FFFF begins with
 * 0xd800 or more, so it comes before U+E000.
 */
export function rank(byte: u32): u32 {
  if (byte < LEAD_OF_E000) return byte
  return byte < LEAD_OF_10000 ? byte + BEHIND_ALL : byte - LEADS_FROM_E000
}

/** Compares by UTF-16 code units, as JavaScript does: negative, 0 or positive. */
export function compareTexts(
  left: usize,
  leftLength: usize,
  right: usize,
  rightLength: usize,
): i32 {
  const shared = min(leftLength, rightLength)
  for (let place: usize = 0; place < shared; place += VECTOR_BYTES) {
    const equal = equalBytes(left + place, right + place)
    if (equal == ALL_EQUAL) continue
    const first = place + <usize>ctz(~equal)
    if (first >= shared) break
    return <i32>rank(load<u8>(left + first)) - <i32>rank(load<u8>(right + first))
  }
  return leftLength < rightLength ? -1 : leftLength > rightLength ? 1 : 0
}

/** How many digits a number has. */
export function digitsOf(value: u64): usize {
  let digits: usize = 1
  for (let bound: u64 = 10; value >= bound; bound *= 10) digits += 1
  return digits
}

/** Writes a number; returns the address behind it. */
export function writeDecimal(to: usize, value: u64): usize {
  const end = to + digitsOf(value)
  let at = end
  do {
    at -= 1
    store<u8>(at, ZERO + <u8>(value % 10))
    value /= 10
  } while (value != 0)
  assert(at == to)
  return end
}
