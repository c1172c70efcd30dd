/** Finds keywords: `../keyword-numbers.ts` has their numbers, `../keywords.ts` their texts. */
import { KEYWORD_COUNT } from '../keyword-numbers'
import {
  KEYWORD_BYTES,
  KEYWORD_LEAD,
  KEYWORD_LENGTH_BYTES,
  KEYWORD_LENGTHS,
  KEYWORD_TEXTS,
  VECTOR_BYTES,
} from '../layout'
import { ALL_EQUAL, equalBytes } from './bytes'

/** The address of `,"keyword":`. */
export function keywordText(keyword: u32): usize {
  assert(keyword < <u32>KEYWORD_COUNT)
  return <usize>KEYWORD_TEXTS + <usize>keyword * KEYWORD_BYTES
}

/** How long the keyword is, without its marks. */
export function keywordLength(keyword: u32): usize {
  return <usize>load<u32>(<usize>KEYWORD_LENGTHS + <usize>keyword * KEYWORD_LENGTH_BYTES)
}

/** The address of the keyword without its marks. */
export function bareKeyword(keyword: u32): usize {
  return keywordText(keyword) + KEYWORD_LEAD
}

/** True if the text is that keyword. */
export function isKeyword(keyword: u32, at: usize, length: usize): bool {
  if (keywordLength(keyword) != length) return false
  const text = bareKeyword(keyword)
  const equal = equalBytes(at, text)
  if (length <= <usize>VECTOR_BYTES) return ctz(~equal) >= <i32>length
  if (equal != ALL_EQUAL) return false
  const rest = equalBytes(at + VECTOR_BYTES, text + VECTOR_BYTES)
  return ctz(~rest) >= <i32>length - VECTOR_BYTES
}

/**
 * Which keyword of a group the text is, counted from 0 in the group; the size of the group if it is not in
 * it. The search begins at `expected`, because most senders keep to one order of keys.
 */
export function findKeyword(first: u32, count: u32, expected: u32, at: usize, length: usize): u32 {
  let place = expected
  for (let tried: u32 = 0; tried < count; tried += 1) {
    if (place >= count) place = 0
    if (isKeyword(first + place, at, length)) return place
    place += 1
  }
  return count
}
