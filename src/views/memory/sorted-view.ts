import { compareNewestFirst, type Created } from '../../events/order.js'
import type { Pause } from '../pause.js'
import { sortInTurns } from './sort-in-turns.js'

/** Ids in the order in which Clerk lists things: newest first by creation, then by id. */
export interface SortedView {
  /** Inserts an id, or moves it from the time that it had `before`. Times are epoch milliseconds. */
  readonly put: (id: string, createdAt: number, before: number | undefined) => void
  readonly remove: (id: string, before: number) => void
  /** Brings all ids that were put or removed into order. Nothing may be put or removed meanwhile. */
  readonly settle: (pause: Pause) => Promise<void>
  /** The ids in their order, as of the last `settle`. */
  readonly entries: () => ReadonlyArray<Created>
}

/** If more entries than these are new, sorting everything again costs less than inserting them. */
const MOST_INSERTED = 100

const placeOf = (entry: Created, entries: ReadonlyArray<Created>): number => {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const candidate = entries[middle]
    if (candidate !== undefined && compareNewestFirst(candidate, entry) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Creates an order in which one change needs no sorting: to sort 250,000 entries takes a second.
 *
 * @param present - all entries that were put and not removed. A map of them here would take turns of the event
 *   loop, because a large map grows in one turn, and the owner has one anyway.
 */
export const createSortedView = (present: () => Iterable<Created>): SortedView => {
  let inOrder: Created[] = []
  let added: Created[] = []
  let isStale = false

  const insertAdded = (): void => {
    for (const entry of added) inOrder.splice(placeOf(entry, inOrder), 0, entry)
    added = []
  }

  const sortAll = async (pause: Pause): Promise<void> => {
    const all: Created[] = []
    for (const { id, created_at } of present()) {
      all.push({ id, created_at })
      if (all.length % 1000 === 0) await pause()
    }
    inOrder = [...(await sortInTurns(all, compareNewestFirst, pause))]
    added = []
    isStale = false
  }

  const removeEntry = (id: string, createdAt: number): void => {
    if (added.length > MOST_INSERTED) isStale = true
    if (isStale) return
    insertAdded()
    inOrder.splice(placeOf({ id, created_at: createdAt }, inOrder), 1)
  }

  return {
    put: (id, createdAt, before) => {
      if (before === createdAt) return
      if (before !== undefined) removeEntry(id, before)
      added.push({ id, created_at: createdAt })
    },
    remove: removeEntry,
    settle: async (pause) => {
      if (isStale || added.length > MOST_INSERTED) await sortAll(pause)
      else insertAdded()
    },
    entries: () => inOrder,
  }
}
