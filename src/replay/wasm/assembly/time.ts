/** Reads times as `src/events/moment.ts` does. */
import { LAST_TIME, SECONDS_LIMIT } from '../../../events/time-limits'
import { ZERO } from './ascii'
import { afterDigits } from './scan'

/** More than {@link LAST_TIME} has. */
const MAX_DIGITS: usize = 16

/** Eight digits are read at once, as one number of eight bytes. */
const CHUNK_DIGITS: usize = 8
const HIGH_NIBBLES: u64 = 0xf0f0f0f0f0f0f0f0
const LOW_NIBBLES: u64 = 0x0f0f0f0f0f0f0f0f
/** The high nibble of a digit is 3, and adding 6 carries into it from every low nibble above 9. */
const NIBBLES_OF_DIGITS: u64 = 0x3333333333333333
const SIX_EACH: u64 = 0x0606060606060606
const NIBBLE_BITS: u64 = 4
const EVERY_SECOND_BYTE: u64 = 0x00ff00ff00ff00ff
const EVERY_SECOND_PAIR: u64 = 0x0000ffff0000ffff
const LOWER_HALF: u64 = 0xffffffff

/** The time that was read last, in epoch milliseconds. */
export let time: i64 = 0
/** Whether it was given in seconds. */
export let wasInSeconds: bool = false

/** The value of eight digits. Each step joins neighbours: the left one, times its weight, and the right one. */
function eightDigits(digits: u64): u64 {
  const ones = digits & LOW_NIBBLES
  const tens = (ones * 10 + (ones >> 8)) & EVERY_SECOND_BYTE
  const hundreds = (tens * 100 + (tens >> 16)) & EVERY_SECOND_PAIR
  return (hundreds * 10_000 + (hundreds >> 32)) & LOWER_HALF
}

/** True if all eight bytes are digits, with 6 added as without. */
function areEightDigits(bytes: u64): bool {
  const carried = ((bytes + SIX_EACH) & HIGH_NIBBLES) >> NIBBLE_BITS
  return ((bytes & HIGH_NIBBLES) | carried) == NIBBLES_OF_DIGITS
}

/** The value of the digits between two addresses: at most sixteen. */
function valueOf(at: usize, end: usize): u64 {
  let value: u64 = 0
  if (end - at >= CHUNK_DIGITS) {
    value = eightDigits(load<u64>(at))
    at += CHUNK_DIGITS
  }
  while (at < end) {
    value = value * 10 + <u64>(load<u8>(at) - ZERO)
    at += 1
  }
  return value
}

/**
 * Behind a time, which is then in {@link time}: an integer up to {@link LAST_TIME} that is not negative,
 * written in digits only. Every other number is unsure, also one such as `1e3`.
 */
export function afterTime(at: usize): usize {
  const end = afterDigits(areEightDigits(load<u64>(at)) ? at + CHUNK_DIGITS : at)
  const length = end - at
  if (length - 1 >= MAX_DIGITS) return 0
  if (load<u8>(at) == ZERO && length > 1) return 0
  const value = valueOf(at, end)
  if (value > <u64>LAST_TIME) return 0
  wasInSeconds = value < <u64>SECONDS_LIMIT
  time = <i64>(wasInSeconds ? value * 1000 : value)
  return end
}
