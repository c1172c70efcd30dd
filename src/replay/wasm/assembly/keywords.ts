/**
 * The keys and values that the engine looks for. Their texts come from the codecs in `src/events`:
 * `src/engine/words.ts` writes them into the memory, in this order.
 */
import { WORD_LENGTHS, WORD_TEXTS } from './memory'

/** The keys of a session, in their documented order. */
export const SESSION_KEYS: u32 = 0
export const SESSION_KEY_COUNT: u32 = 14
/** The keys of an event. */
export const EVENT_KEYS: u32 = 14
export const EVENT_KEY_COUNT: u32 = 8
/** The statuses, by severity. */
export const STATUSES: u32 = 22
export const STATUS_COUNT: u32 = 8
/** The types of the session events. */
export const TYPES: u32 = 30
export const TYPE_COUNT: u32 = 5
export const SESSION: u32 = 35
export const EVENT: u32 = 36
export const IS_MOBILE: u32 = 37

/** Places of a session's keys. */
export const OBJECT: u32 = 0
export const ID: u32 = 1
export const USER_ID: u32 = 2
export const CLIENT_ID: u32 = 3
export const ACTOR: u32 = 4
export const STATUS: u32 = 5
export const ORGANIZATION_ID: u32 = 6
export const LAST_ACTIVE_AT: u32 = 7
export const LATEST_ACTIVITY: u32 = 8
export const EXPIRE_AT: u32 = 9
export const ABANDON_AT: u32 = 10
export const UPDATED_AT: u32 = 11
export const CREATED_AT: u32 = 12
export const TASKS: u32 = 13

/** Places of an event's keys. */
export const EVENT_OBJECT: u32 = 0
export const EVENT_ID: u32 = 1
export const TYPE: u32 = 2
export const TIMESTAMP: u32 = 3
export const RECORDED_AT: u32 = 4
export const INSTANCE_ID: u32 = 5
export const ATTRIBUTES: u32 = 6
export const DATA: u32 = 7

/** In `,"updated_at":` the word itself begins here, and is followed by two more bytes. */
const LEAD: usize = 2

/** Where `,"word":` stands. */
export function wordText(word: u32): usize {
  return WORD_TEXTS + ((<usize>word) << 5)
}

/** How long the word is, without what is around it. */
export function wordLength(word: u32): usize {
  return <usize>load<u32>(WORD_LENGTHS + ((<usize>word) << 2))
}

/** Where the word itself stands. */
export function bareWord(word: u32): usize {
  return wordText(word) + LEAD
}

/** True if the bytes, which are so many, are that word. */
export function isWord(word: u32, at: usize, length: usize): bool {
  if (wordLength(word) != length) return false
  const text = bareWord(word)
  const equal = i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(text)))
  if (length <= 16) return ctz(~equal) >= <i32>length
  if (equal != 0xffff) return false
  const rest = i8x16.bitmask(i8x16.eq(v128.load(at, 16), v128.load(text, 16)))
  return ctz(~rest) >= <i32>length - 16
}

/**
 * Which of `count` words from `first` on the bytes are, counted from 0; `count` if none. It looks from
 * `expected` on: most senders keep to one order.
 */
export function findWord(first: u32, count: u32, expected: u32, at: usize, length: usize): u32 {
  let place = expected
  for (let tried: u32 = 0; tried < count; tried += 1) {
    if (place >= count) place = 0
    if (isWord(first + place, at, length)) return place
    place += 1
  }
  return count
}
