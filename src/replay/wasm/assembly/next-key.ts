/**
 * Predicts which key comes next. A sender writes its keys in one order, so the key that followed another one
 * last time is likely to follow it again. It is compared in place, before the end of the name is searched.
 */
import { KEYWORD_MARKS, VECTOR_BYTES } from '../layout'
import { SPACE } from './ascii'
import { ALL_EQUAL, equalBytes } from './bytes'
import { findKeyword, keywordLength, keywordText } from './keywords'
import { takeRegion } from './memory'
import { afterColon, afterPlainString, afterSpaces } from './scan'

/** What comes before the first key. Groups of keys are smaller, and their size stands for unknown keys. */
const NO_KEY: u32 = 15
const MOST_KEYS: usize = 16
/** Where the table has the key that was read last. */
const LAST_KEY: usize = MOST_KEYS

/** The key that {@link valueOfNextKey} found; the size of the group if it is not in it. */
export let nextKey: u32 = 0

/** A table of the key that followed each key last time. At first, each key is followed by the first one. */
export function newFollowers(): usize {
  return takeRegion(MOST_KEYS + sizeof<u32>())
}

/** Begins an object: no key of it was read yet. */
export function beginKeysOf(followers: usize): void {
  store<u32>(followers, NO_KEY, LAST_KEY)
}

/**
 * Where the value begins, if the keyword is the key behind the comma or brace at `at`, and there is no white space;
 * else 0.
 */
function valueBehind(keyword: u32, at: usize): usize {
  // The texts begin with a comma, and the first key stands behind a brace.
  const text = keywordText(keyword) + 1
  const length = keywordLength(keyword) + KEYWORD_MARKS - 1
  const equal = equalBytes(at + 1, text)
  if (length <= <usize>VECTOR_BYTES) {
    if (ctz(~equal) < <i32>length) return 0
  } else {
    if (equal != ALL_EQUAL) return 0
    const rest = equalBytes(at + 1 + VECTOR_BYTES, text + VECTOR_BYTES)
    if (ctz(~rest) < <i32>length - VECTOR_BYTES) return 0
  }
  const value = at + 1 + length
  return load<u8>(value) > SPACE ? value : 0
}

/** As {@link valueOfNextKey}, for a key that is searched in its group. */
function valueOfSearchedKey(followers: usize, first: u32, count: u32, at: usize): usize {
  const last = load<u32>(followers, LAST_KEY)
  const nameEnd = afterPlainString(at)
  if (nameEnd == 0) return 0
  // The key that comes after the last one in the documented order is looked at first.
  const expected = last < count ? last + 1 : 0
  nextKey = findKeyword(first, count, expected, at + 1, nameEnd - at - 2)
  store<u8>(followers + <usize>last, <u8>nextKey)
  store<u32>(followers, nextKey, LAST_KEY)
  return afterColon(nameEnd)
}

/**
 * Where the value of the key begins that follows the comma or brace at `at`, and {@link nextKey} is the key then;
 * 0 if it is unsure.
 */
export function valueOfNextKey(followers: usize, first: u32, count: u32, at: usize): usize {
  const likely = <u32>load<u8>(followers + <usize>load<u32>(followers, LAST_KEY))
  const value = likely == count ? 0 : valueBehind(first + likely, at)
  if (value == 0) return valueOfSearchedKey(followers, first, count, afterSpaces(at + 1))
  nextKey = likely
  store<u32>(followers, likely, LAST_KEY)
  return value
}
