/**
 * Sorts the clients of one thread by id. An entry holds eight bytes of the id, taken behind the beginning
 * that all ids of the thread share: they decide most comparisons, without a look at the record.
 */
import {
  CLIENT_ID_LENGTH,
  CLIENT_ID_TEXT,
  ENTRY_BYTES,
  ENTRY_CLIENT,
  ENTRY_KEY,
  VECTOR_BYTES,
} from '../layout'
import { compareTexts, rank } from './bytes'
import { clientAt, clientCount, sharedLength } from './client-list'
import { takeRegion } from './memory'

const KEY_BYTES: usize = 8
const BITS_OF_A_BYTE: u64 = 8

export function entryClient(entry: usize): usize {
  return load<u32>(entry, ENTRY_CLIENT)
}

/** Eight bytes as a number that compares as their text does. The end of a text comes before any byte. */
function keyOf(client: usize, from: usize): u64 {
  const length: usize = load<u32>(client, CLIENT_ID_LENGTH)
  let key: u64 = 0
  for (let place = from; place < from + KEY_BYTES; place += 1) {
    const byte = place < length ? rank(load<u8>(client + place, CLIENT_ID_TEXT)) : 0
    key = (key << BITS_OF_A_BYTE) | (<u64>byte)
  }
  return key
}

/** Compares the ids of two clients. */
export function compareClients(left: usize, right: usize): i32 {
  return compareTexts(
    left + CLIENT_ID_TEXT,
    load<u32>(left, CLIENT_ID_LENGTH),
    right + CLIENT_ID_TEXT,
    load<u32>(right, CLIENT_ID_LENGTH),
  )
}

function isBefore(left: usize, right: usize): bool {
  const leftKey = load<u64>(left, ENTRY_KEY)
  const rightKey = load<u64>(right, ENTRY_KEY)
  if (leftKey != rightKey) return leftKey < rightKey
  return compareClients(entryClient(left), entryClient(right)) < 0
}

/** Merges two neighbouring sorted runs. An entry is as long as a vector. */
function mergeRuns(from: usize, middle: usize, end: usize, to: usize): void {
  let left = from
  let right = middle
  for (let place = from; place < end; place += ENTRY_BYTES, to += ENTRY_BYTES) {
    const takesRight = left == middle || (right < end && isBefore(right, left))
    v128.store(to, v128.load(takesRight ? right : left))
    if (takesRight) right += ENTRY_BYTES
    else left += ENTRY_BYTES
  }
}

/** Sorts by merging ever longer runs, from one array into the other and back; returns the sorted one. */
function sortEntries(entries: usize, count: usize): usize {
  const bytes = count * ENTRY_BYTES
  let from = entries
  let to = takeRegion(bytes + VECTOR_BYTES)
  for (let run: usize = ENTRY_BYTES; run < bytes; run <<= 1) {
    for (let start: usize = 0; start < bytes; start += run << 1) {
      const middle = min(start + run, bytes)
      mergeRuns(from + start, from + middle, from + min(middle + run, bytes), to + start)
    }
    const sorted = to
    to = from
    from = sorted
  }
  return from
}

/** Entries of all clients of this thread, in ascending order of id by UTF-16 code units. */
export function sortClients(): usize {
  const count: usize = clientCount
  const entries = takeRegion(count * ENTRY_BYTES + VECTOR_BYTES)
  for (let index: u32 = 0; index < clientCount; index += 1) {
    const entry = entries + <usize>index * ENTRY_BYTES
    store<u64>(entry, keyOf(clientAt(index), sharedLength), ENTRY_KEY)
    store<u32>(entry, <u32>clientAt(index), ENTRY_CLIENT)
  }
  return sortEntries(entries, count)
}
