/** Sorted tables: the clients of each thread in ascending order of id, for all threads to read. */
import {
  ENTRY_BYTES,
  MAX_TABLES,
  SORTED_TABLE_BYTES,
  SORTED_TABLE_COUNT,
  SORTED_TABLE_ENTRIES,
  SORTED_TABLES,
} from '../layout'
import { compareClients, entryClient } from './order'

function tableAt(index: u32): usize {
  assert(index < <u32>MAX_TABLES)
  return <usize>SORTED_TABLES + <usize>index * SORTED_TABLE_BYTES
}

/** Publishes sorted entries as the table of that number. */
export function publish(index: u32, entries: usize, count: u32): void {
  store<u32>(tableAt(index), <u32>entries, SORTED_TABLE_ENTRIES)
  store<u32>(tableAt(index), count, SORTED_TABLE_COUNT)
}

export function entryCountOf(index: u32): u32 {
  return load<u32>(tableAt(index), SORTED_TABLE_COUNT)
}

/** The entry of that number in a table; the end of the table if it has no more. */
export function entryAt(index: u32, place: u32): usize {
  assert(place <= entryCountOf(index))
  const entries: usize = load<u32>(tableAt(index), SORTED_TABLE_ENTRIES)
  return entries + <usize>place * ENTRY_BYTES
}

export function entriesEnd(index: u32): usize {
  return entryAt(index, entryCountOf(index))
}

/** The first entry of a table whose client is not before the given one; the end if there is no such entry. */
export function lowerBound(index: u32, client: usize): usize {
  let from: u32 = 0
  let to = entryCountOf(index)
  while (from < to) {
    const middle = (from + to) >> 1
    if (compareClients(entryClient(entryAt(index, middle)), client) < 0) from = middle + 1
    else to = middle
  }
  return entryAt(index, from)
}

/** Whether the entry that {@link lowerBound} found has the id of that client. */
export function isClientAt(index: u32, entry: usize, client: usize): bool {
  return entry < entriesEnd(index) && compareClients(entryClient(entry), client) == 0
}
