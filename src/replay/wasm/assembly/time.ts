/** Times, as `src/events/time.ts` reads them. */
import { afterDigits } from './scan'

const SECONDS_LIMIT: u64 = 100_000_000_000
const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991
const MOST_DIGITS: usize = 16

/** The time read last, in epoch milliseconds. */
export let time: i64 = 0
/** Whether it stood there in seconds. */
export let wasInSeconds: bool = false

/** Eight digits at once: each step joins neighbours, by a multiplication that adds ten times the left one. */
function eightDigits(word: u64): u64 {
  const ones = word & 0x0f0f0f0f0f0f0f0f
  const tens = (ones * 10 + (ones >> 8)) & 0x00ff00ff00ff00ff
  const hundreds = (tens * 100 + (tens >> 16)) & 0x0000ffff0000ffff
  return (hundreds * 10_000 + (hundreds >> 32)) & 0xffffffff
}

function areEightDigits(word: u64): bool {
  const highs = word & 0xf0f0f0f0f0f0f0f0
  return (highs | (((word + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) == 0x3333333333333333
}

/** The value of the digits between two places: at most sixteen. */
function valueOf(at: usize, end: usize): u64 {
  let value: u64 = 0
  if (end - at >= 8) {
    value = eightDigits(load<u64>(at))
    at += 8
  }
  while (at < end) {
    value = value * 10 + <u64>(load<u8>(at) - 0x30)
    at += 1
  }
  return value
}

/**
 * Behind a time, which is then in {@link time}: a whole number that is not negative and safe, written in
 * plain digits. 0 for every other: also for `1e3`, which is one, but not plain.
 */
export function afterTime(at: usize): usize {
  const end = afterDigits(areEightDigits(load<u64>(at)) ? at + 8 : at)
  const length = end - at
  if (length - 1 >= MOST_DIGITS) return 0
  if (load<u8>(at) == 0x30 && length > 1) return 0
  const value = valueOf(at, end)
  if (value > MAX_SAFE_INTEGER) return 0
  wasInSeconds = value < SECONDS_LIMIT
  time = <i64>(wasInSeconds ? value * 1000 : value)
  return end
}
