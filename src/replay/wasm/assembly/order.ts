/**
 * What a thread knows, put in order: an array of 16 bytes for each client, sorted by id.
 *
 *      0  u64 eight bytes of the id, behind the beginning that all ids of this thread share
 *      8  u32 client
 *
 * Most comparisons are decided by the eight bytes and touch no record.
 */
import { compareTexts, rank } from './bytes'
import { clientAt, clientCount, sharedLength } from './client-list'
import { takeRegion } from './memory'
import * as Known from './records'

export const ENTRY_BITS: usize = 4

export function entryClient(entry: usize): usize {
  return load<u32>(entry, 8)
}

/** Eight bytes as a number that compares as their text does; nothing comes before any byte. */
function keyOf(client: usize, from: usize): u64 {
  const length: usize = load<u32>(client, Known.CLIENT_ID_LENGTH)
  let key: u64 = 0
  for (let place = from; place < from + 8; place += 1) {
    const byte = place < length ? rank(load<u8>(client + place, Known.CLIENT_ID_TEXT)) : 0
    key = (key << 8) | (<u64>byte)
  }
  return key
}

/** Compares the ids of two clients. */
export function compareClients(left: usize, right: usize): i32 {
  return compareTexts(
    left + Known.CLIENT_ID_TEXT,
    load<u32>(left, Known.CLIENT_ID_LENGTH),
    right + Known.CLIENT_ID_TEXT,
    load<u32>(right, Known.CLIENT_ID_LENGTH),
  )
}

function isBefore(left: usize, right: usize): bool {
  const leftKey = load<u64>(left)
  const rightKey = load<u64>(right)
  if (leftKey != rightKey) return leftKey < rightKey
  return compareClients(entryClient(left), entryClient(right)) < 0
}

/** Merges two neighbouring sorted runs. */
function mergeRuns(from: usize, middle: usize, end: usize, to: usize): void {
  let left = from
  let right = middle
  for (let place = from; place < end; place += 16, to += 16) {
    const takesRight = left == middle || (right < end && isBefore(right, left))
    v128.store(to, v128.load(takesRight ? right : left))
    if (takesRight) right += 16
    else left += 16
  }
}

/** Sorts by merging ever longer runs, from one array into the other and back; returns the sorted one. */
function sortEntries(entries: usize, count: usize): usize {
  const bytes = count << ENTRY_BITS
  let from = entries
  let to = takeRegion(bytes + 16)
  for (let run: usize = 16; run < bytes; run <<= 1) {
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

/** All clients of this thread in ascending order of id, by UTF-16 code units. */
export function inOrder(): usize {
  const count: usize = clientCount
  const entries = takeRegion((count << ENTRY_BITS) + 16)
  for (let index: u32 = 0; index < clientCount; index += 1) {
    const entry = entries + ((<usize>index) << ENTRY_BITS)
    store<u64>(entry, keyOf(clientAt(index), sharedLength))
    store<u32>(entry, <u32>clientAt(index), 8)
  }
  return sortEntries(entries, count)
}
