/**
 * Predicts which key comes next. A sender writes its keys in one order, so the key that followed another one
 * last time is likely to follow it again. It is compared in place, before the end of the name is searched.
 */
import { KEYWORD_MARKS, VECTOR_BYTES } from '../layout'
import { SPACE } from './ascii'
import { ALL_EQUAL, equalBytes } from './bytes'
import { keywordLength, keywordText } from './keywords'
import { takeRegion } from './memory'

/** What comes before the first key. Groups of keys are smaller, and their size stands for unknown keys. */
export const NO_KEY: u32 = 15

const MOST_KEYS: usize = 16

/** A table of the key that followed each key last time. At first, each key is followed by the first one. */
export function newFollowers(): usize {
  return takeRegion(MOST_KEYS)
}

/** The key that followed last time. */
export function followerOf(followers: usize, key: u32): u32 {
  assert(key <= NO_KEY)
  return <u32>load<u8>(followers + <usize>key)
}

/** Remembers which key followed. */
export function setFollower(followers: usize, key: u32, follower: u32): void {
  store<u8>(followers + <usize>key, <u8>follower)
}

/**
 * Where the value begins, if the keyword is the key behind the comma or brace at `at`, and there is no white space;
 * else 0.
 */
export function valueBehind(keyword: u32, at: usize): usize {
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
