import { ForeignPosition } from '../../event-store/store-error.js'
import type { PageRequest } from '../kit/page-request.js'
import type { EventRow, MemoryTables } from './schema.js'

/** How many events a page has: between two pages, a reader sees what was appended and erased. */
const PAGE = 1000

/** The index of the first event after a position, by binary search. */
const indexAfter = (events: ReadonlyArray<EventRow>, position: number): number => {
  let [low, high] = [0, events.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const row = events[middle]
    if (row !== undefined && row.position <= position) low = middle + 1
    else high = middle
  }
  return low
}

/** All events after a position, page by page. */
export async function* readPages(
  tables: MemoryTables,
  { after = '0', checkOpen }: PageRequest,
): AsyncGenerator<ReadonlyArray<EventRow>, void> {
  if (!/^\d{1,16}$/.test(after)) throw new ForeignPosition()
  let last = Number(after)
  for (;;) {
    await Promise.resolve()
    checkOpen()
    const start = indexAfter(tables.events, last)
    const page = tables.events.slice(start, start + PAGE)
    const end = page.at(-1)
    if (end === undefined) return
    yield page
    last = end.position
  }
}
