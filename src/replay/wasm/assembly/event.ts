/** The batch: events that were read and wait until they are folded together. */
import {
  EVENT_BYTES,
  EVENT_EXPIRE_AT,
  EVENT_LAST_ACTIVE_AT,
  EVENT_VALUE_BYTES,
  EVENT_VALUE_LENGTH,
  EVENT_VALUES,
  TIME_BYTES,
} from '../layout'
import { SESSION_KEY_EXPIRE_AT, SESSION_KEY_LAST_ACTIVE_AT } from '../keyword-numbers'
import { takeRegion } from './memory'

/** How many events are folded together: enough that their cache misses overlap, few enough for the cache. */
export const BATCH_EVENTS: u32 = 64

let batch: usize = 0

export function beginBatch(): void {
  batch = takeRegion(<usize>BATCH_EVENTS * EVENT_BYTES)
}

/** One of the events of the batch. */
export function eventAt(index: u32): usize {
  assert(index < BATCH_EVENTS)
  return batch + <usize>index * EVENT_BYTES
}

/** Where an event keeps the time of a key: `last_active_at`, then the four from `expire_at` on. */
export function timePlace(key: u32): usize {
  if (key == SESSION_KEY_LAST_ACTIVE_AT) return EVENT_LAST_ACTIVE_AT
  return <usize>EVENT_EXPIRE_AT + (<usize>key - SESSION_KEY_EXPIRE_AT) * TIME_BYTES
}

/** Keeps the place of the value of a key of the session. */
export function keepValue(event: usize, key: u32, at: usize, length: usize): void {
  const value = event + <usize>key * EVENT_VALUE_BYTES
  store<u32>(value, <u32>at, EVENT_VALUES)
  store<u32>(value, <u32>length, EVENT_VALUES + EVENT_VALUE_LENGTH)
}

export function valueOf(event: usize, key: u32): usize {
  return load<u32>(event + <usize>key * EVENT_VALUE_BYTES, EVENT_VALUES)
}

export function valueLengthOf(event: usize, key: u32): usize {
  return load<u32>(event + <usize>key * EVENT_VALUE_BYTES, EVENT_VALUES + EVENT_VALUE_LENGTH)
}
