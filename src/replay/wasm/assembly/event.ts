/**
 * An event that was read and waits to be folded: places in the block of the log, and what was read there.
 *
 *       0  u32 text, u32 length      the session as it stands, if that is its canonical text; else length 0
 *       8  u32 tag, u32 client tag   see `hash.ts`
 *      16  u32 id, u32 length
 *      24  u32 client id, u32 length
 *      32  u32 status                by severity; u32 place of its value
 *      40  i64 said                  epoch milliseconds, like all that follow
 *      48  i64 last_active_at, expire_at, abandon_at, updated_at, created_at
 *      88  u32 keys                  bits: which are there; u32 bits: which of them are times in seconds
 *      96  u32 place, u32 length     of the value of each of the 14 keys
 *     208
 */
import { takeRegion } from './memory'
import { LAST_ACTIVE_AT } from './keywords'

export const TEXT: usize = 0
export const TEXT_LENGTH: usize = 4
export const TAG: usize = 8
export const CLIENT_TAG: usize = 12
export const SESSION_ID: usize = 16
export const SESSION_ID_LENGTH: usize = 20
export const OWNER: usize = 24
export const OWNER_LENGTH: usize = 28
export const STATUS_NUMBER: usize = 32
export const STATUS_PLACE: usize = 36
export const SAID: usize = 40
export const LAST_ACTIVE: usize = 48
export const EXPIRE: usize = 56
export const ABANDON: usize = 64
export const UPDATED: usize = 72
export const CREATED: usize = 80
export const KEYS: usize = 88
export const SECONDS: usize = 92
const VALUES: usize = 96
const EVENT_BYTES: usize = 208

/** So many are folded together: enough that their cache misses overlap, few enough to stay in the cache. */
export const BATCH: u32 = 64

let batch: usize = 0

export function beginBatch(): void {
  batch = takeRegion(<usize>BATCH * EVENT_BYTES)
}

/** One of the events of the batch. */
export function eventAt(index: u32): usize {
  return batch + <usize>index * EVENT_BYTES
}

/** Where an event keeps the time of a key: `last_active_at`, then the four from `expire_at` on. */
export function timeOf(key: u32): usize {
  return key == LAST_ACTIVE_AT ? LAST_ACTIVE : EXPIRE + ((<usize>key - 9) << 3)
}

export function keepValue(event: usize, key: u32, at: usize, length: usize): void {
  store<u32>(event + ((<usize>key) << 3), <u32>at, VALUES)
  store<u32>(event + ((<usize>key) << 3), <u32>length, VALUES + 4)
}

export function valueOf(event: usize, key: u32): usize {
  return load<u32>(event + ((<usize>key) << 3), VALUES)
}

export function valueLengthOf(event: usize, key: u32): usize {
  return load<u32>(event + ((<usize>key) << 3), VALUES + 4)
}
