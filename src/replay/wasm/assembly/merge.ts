/**
 * Writes the Clients of all threads in one order, each once. Every thread has sorted its clients; the
 * writer of a range of ids walks along all sorted tables at once and joins the records of one id:
 *
 *     thread 0   a  b     d  e │ f     h  i
 *     thread 1   a     c  d    │ f  g     i        each range by another thread, and written in order
 *     plain            c       │                   lines that the plain path has written: they win
 */
import {
  CLIENT_LINE,
  CLIENT_LINE_LENGTH,
  CURSOR_BYTES,
  CURSOR_END,
  CURSOR_NEXT,
  ENTRY_BYTES,
  MAX_TABLES,
  POINTER_BYTES,
  VECTOR_BYTES,
} from '../layout'
import { copy } from './bytes'
import { clientCount } from './client-list'
import { maxLineBytes, writeClient } from './client-text'
import * as Listing from './listing'
import { takeRegion } from './memory'
import { compareClients, entryClient, sortClients } from './order'
import { entriesEnd, entryAt, entryCountOf, lowerBound, publish } from './sorted-table'

/** A cursor for each table. */
let cursors: usize = 0
/** The records of one id, u32 each. */
let group: usize = 0

export function beginMerge(): void {
  cursors = takeRegion(MAX_TABLES * CURSOR_BYTES)
  group = takeRegion(MAX_TABLES * POINTER_BYTES)
}

function largestTable(tables: u32): u32 {
  let largest: u32 = 0
  for (let index: u32 = 1; index < tables; index += 1) {
    if (entryCountOf(index) > entryCountOf(largest)) largest = index
  }
  return largest
}

/** Where the n-th range begins in a table: at an id that splits the largest table evenly. */
function rangeStart(index: u32, largest: u32, range: u32, ranges: u32): usize {
  if (range == 0) return entryAt(index, 0)
  const count = entryCountOf(largest)
  const place = <u32>((<u64>count * <u64>range) / <u64>ranges)
  if (place >= count) return entriesEnd(index)
  return lowerBound(index, entryClient(entryAt(largest, place)))
}

let tableCount: u32 = 0

function cursorOf(index: u32): usize {
  return cursors + <usize>index * CURSOR_BYTES
}

function isAtEnd(cursor: usize): bool {
  return load<u32>(cursor, CURSOR_NEXT) == load<u32>(cursor, CURSOR_END)
}

/** The client of the next entry of a cursor. */
function clientOf(cursor: usize): usize {
  return entryClient(load<u32>(cursor, CURSOR_NEXT))
}

/** Begins to write the n-th of several ranges of the clients of the first tables, behind so many that are skipped. */
export function openRange(tables: u32, range: u32, ranges: u32, skipped: u32): void {
  assert(tables <= <u32>MAX_TABLES && range < ranges)
  const largest = largestTable(tables)
  tableCount = tables
  for (let index: u32 = 0; index < tables; index += 1) {
    const isLast = range + 1 == ranges
    const end = isLast ? entriesEnd(index) : rangeStart(index, largest, range + 1, ranges)
    store<u32>(cursorOf(index), <u32>rangeStart(index, largest, range, ranges), CURSOR_NEXT)
    store<u32>(cursorOf(index), <u32>end, CURSOR_END)
  }
  for (; skipped != 0; skipped -= 1) passGroup(nextGroup())
}

function groupClient(place: u32): usize {
  return load<u32>(group + <usize>place * POINTER_BYTES)
}

/** Finds the records of the id that comes next. Returns how many there are; 0 at the end of the range. */
function nextGroup(): u32 {
  let size: u32 = 0
  for (let index: u32 = 0; index < tableCount; index += 1) {
    const cursor = cursorOf(index)
    if (isAtEnd(cursor)) continue
    const client = clientOf(cursor)
    const order = size == 0 ? -1 : compareClients(client, groupClient(0))
    if (order > 0) continue
    if (order < 0) size = 0
    store<u32>(group + <usize>size * POINTER_BYTES, <u32>client)
    size += 1
  }
  return size
}

/** Moves the cursors behind the records that were written. */
function passGroup(size: u32): void {
  let passed: u32 = 0
  for (let index: u32 = 0; index < tableCount && passed < size; index += 1) {
    const cursor = cursorOf(index)
    if (isAtEnd(cursor) || clientOf(cursor) != groupClient(passed)) continue
    store<u32>(cursor, load<u32>(cursor, CURSOR_NEXT) + ENTRY_BYTES, CURSOR_NEXT)
    passed += 1
  }
}

/** The record with a line of the plain path, or 0. The table of these records is the last. */
function plainRecord(size: u32): usize {
  const last = groupClient(size - 1)
  return load<u32>(last, CLIENT_LINE) != 0 ? last : 0
}

/** Lists the sessions of the group; returns how many bytes are enough for its line. */
function prepareGroup(size: u32): usize {
  const plain = plainRecord(size)
  if (plain != 0) return <usize>load<u32>(plain, CLIENT_LINE_LENGTH) + VECTOR_BYTES
  Listing.beginList()
  for (let place: u32 = 0; place < size; place += 1) Listing.addSessions(groupClient(place))
  if (size > 1) Listing.joinRecords()
  Listing.listSessions()
  return maxLineBytes(groupClient(0))
}

function writeGroup(to: usize, size: u32): usize {
  const plain = plainRecord(size)
  if (plain == 0) return writeClient(to, groupClient(0))
  const length: usize = load<u32>(plain, CLIENT_LINE_LENGTH)
  copy(to, load<u32>(plain, CLIENT_LINE), length)
  return to + length
}

/** How many bytes the next line needs, if the last buffer was too small for it; else 0. */
export let bytesNeeded: usize = 0
/** How many lines the last call has written. */
export let clientsWritten: u32 = 0
/** Whether it has come to the end of the range. */
export let isRangeWritten: bool = false

/**
 * Writes the lines of the clients that come next in the range, as many as the buffer takes. Returns how
 * many bytes: 0 if the range is empty, or, if {@link bytesNeeded} is not 0, because the buffer is too small.
 */
export function writeRange(to: usize, bufferBytes: usize): usize {
  const start = to
  bytesNeeded = 0
  clientsWritten = 0
  isRangeWritten = false
  for (let size = nextGroup(); size != 0; size = nextGroup()) {
    const most = prepareGroup(size)
    if (to - start + most > bufferBytes) {
      if (to == start) bytesNeeded = most
      return to - start
    }
    to = writeGroup(to, size)
    assert(to - start <= bufferBytes)
    passGroup(size)
    clientsWritten += 1
  }
  isRangeWritten = true
  return to - start
}

/** Sorts the clients of this instance and publishes them as the table of that number. */
export function publishSorted(index: u32): void {
  publish(index, sortClients(), clientCount)
}
