/**
 * The clients of all threads, in one order, each once. Every thread has sorted what it knows; whoever
 * writes a range of ids walks along all the sorted arrays at once and joins what has the same id:
 *
 *     thread 0   a  b     d  e │ f     h  i
 *     thread 1   a     c  d    │ f  g     i        each range by another thread, and written in order
 *     finished         c       │                   Clients written by the plain path: they win
 */
import { copy } from './bytes'
import { clientCount } from './client-list'
import * as Listing from './listing'
import { mostBytes, writeClient } from './client-text'
import { TABLES, takeRegion } from './memory'
import { compareClients, ENTRY_BITS, entryClient, inOrder } from './order'
import * as Known from './records'

const TABLE_BITS: usize = 5
const MOST_TABLES: usize = 1024

/** For each table, u32 next entry and u32 end of the range; then u32 clients of equal id. */
let cursors: usize = 0
let group: usize = 0

export function beginMerge(): void {
  cursors = takeRegion(MOST_TABLES << 3)
  group = takeRegion(MOST_TABLES << 2)
}

/** Says what a thread knows: sorted entries, and how many. */
export function publish(index: u32, entries: usize, count: u32): void {
  const table = TABLES + ((<usize>index) << TABLE_BITS)
  store<u32>(table, <u32>entries)
  store<u32>(table, count, 4)
}

export function entriesOf(index: u32): usize {
  return load<u32>(TABLES + ((<usize>index) << TABLE_BITS))
}

export function entryCountOf(index: u32): u32 {
  return load<u32>(TABLES + ((<usize>index) << TABLE_BITS), 4)
}

/** The first entry of a table whose client is not before the given one; the end if all are. */
export function lowerBound(index: u32, client: usize): usize {
  const entries = entriesOf(index)
  let from: u32 = 0
  let to = entryCountOf(index)
  while (from < to) {
    const middle = (from + to) >> 1
    if (compareClients(entryClient(entries + ((<usize>middle) << ENTRY_BITS)), client) < 0) {
      from = middle + 1
    } else to = middle
  }
  return entries + ((<usize>from) << ENTRY_BITS)
}

/** Whether the entry, found by {@link lowerBound}, is of that client. */
export function isClientAt(index: u32, entry: usize, client: usize): bool {
  const end = entriesOf(index) + ((<usize>entryCountOf(index)) << ENTRY_BITS)
  return entry < end && compareClients(entryClient(entry), client) == 0
}

function largestTable(tables: u32): u32 {
  let largest: u32 = 0
  for (let index: u32 = 1; index < tables; index += 1) {
    if (entryCountOf(index) > entryCountOf(largest)) largest = index
  }
  return largest
}

/** Where the n-th of so many ranges begins in a table: at an id that splits the largest table evenly. */
function rangeStart(index: u32, largest: u32, range: u32, ranges: u32): usize {
  if (range == 0) return entriesOf(index)
  const count = entryCountOf(largest)
  const place = <u32>((<u64>count * <u64>range) / <u64>ranges)
  if (place >= count) return entriesOf(index) + ((<usize>entryCountOf(index)) << ENTRY_BITS)
  return lowerBound(index, entryClient(entriesOf(largest) + ((<usize>place) << ENTRY_BITS)))
}

let tableCount: u32 = 0

/** Begins to write one of so many ranges of the clients of these tables. */
export function openRange(tables: u32, range: u32, ranges: u32): void {
  const largest = largestTable(tables)
  tableCount = tables
  for (let index: u32 = 0; index < tables; index += 1) {
    const cursor = cursors + ((<usize>index) << 3)
    store<u32>(cursor, <u32>rangeStart(index, largest, range, ranges))
    const isLast = range + 1 == ranges
    const end = isLast
      ? entriesOf(index) + ((<usize>entryCountOf(index)) << ENTRY_BITS)
      : rangeStart(index, largest, range + 1, ranges)
    store<u32>(cursor, <u32>end, 4)
  }
}

/** Finds the clients that are next, all of one id: how many; 0 at the end of the range. */
function nextGroup(): u32 {
  let size: u32 = 0
  for (let index: u32 = 0; index < tableCount; index += 1) {
    const cursor = cursors + ((<usize>index) << 3)
    if (load<u32>(cursor) == load<u32>(cursor, 4)) continue
    const client = entryClient(load<u32>(cursor))
    const order = size == 0 ? -1 : compareClients(client, load<u32>(group))
    if (order > 0) continue
    if (order < 0) size = 0
    store<u32>(group + ((<usize>size) << 2), <u32>client)
    size += 1
  }
  return size
}

/** Leaves behind the clients that were written. */
function passGroup(size: u32): void {
  let found: u32 = 0
  for (let index: u32 = 0; index < tableCount && found < size; index += 1) {
    const cursor = cursors + ((<usize>index) << 3)
    if (load<u32>(cursor) == load<u32>(cursor, 4)) continue
    if (entryClient(load<u32>(cursor)) != load<u32>(group + ((<usize>found) << 2))) continue
    store<u32>(cursor, load<u32>(cursor) + 16)
    found += 1
  }
}

/** The client of the group that was written by the plain path, or 0. */
function finishedOf(size: u32): usize {
  const last: usize = load<u32>(group + ((<usize>(size - 1)) << 2))
  return load<u32>(last, Known.LINE) != 0 ? last : 0
}

/** Lists what the group has; returns how many bytes will do for its line. */
function prepare(size: u32): usize {
  const finished = finishedOf(size)
  if (finished != 0) return <usize>load<u32>(finished, Known.LINE_LENGTH) + 16
  Listing.beginList()
  for (let index: u32 = 0; index < size; index += 1) {
    Listing.addSessions(load<u32>(group + ((<usize>index) << 2)))
  }
  if (size > 1) Listing.joinEqual()
  Listing.listSessions()
  return mostBytes(load<u32>(group))
}

function writeGroup(to: usize, size: u32): usize {
  const finished = finishedOf(size)
  if (finished == 0) return writeClient(to, load<u32>(group))
  const length: usize = load<u32>(finished, Known.LINE_LENGTH)
  copy(to, load<u32>(finished, Known.LINE), length)
  return to + length
}

/** How much room the next line needs, if the last call had too little for any. */
export let needed: usize = 0
/** How many lines the last call wrote. */
export let written: u32 = 0

/**
 * Writes the lines of the clients that come next in the range, as far as there is room. Returns how many
 * bytes: 0 at the end of the range, or, if {@link needed} is not 0, because there was too little room.
 */
export function writeRange(to: usize, room: usize): usize {
  const start = to
  needed = 0
  written = 0
  for (let size = nextGroup(); size != 0; size = nextGroup()) {
    const most = prepare(size)
    if (to - start + most > room) {
      if (to == start) needed = most
      break
    }
    to = writeGroup(to, size)
    passGroup(size)
    written += 1
  }
  return to - start
}

/** Puts what the instance has folded in order, for all to read, as the table of that number. */
export function finish(index: u32): void {
  publish(index, inOrder(), clientCount)
}
