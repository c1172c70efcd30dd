import type { EventStore } from '../event-store/event-store.js'
import type { StateIndex } from '../views/memory/state-index.js'

/** How many ids are looked up at a time. */
const BATCH = 500

const removeErasedOf = async (
  store: EventStore,
  index: StateIndex,
  ids: ReadonlyArray<string>,
): Promise<void> => {
  for (const id of await store.erasedAmong(ids)) index.remove(id)
}

/**
 * Removes clients from an index that were erased since it was read, by whichever process. Where nothing
 * was erased, this costs the store one count.
 *
 * @param before - how many erasures there were before the index was read, or at the last call
 * @returns how many erasures there are now
 */
export const removeErased = async (
  store: EventStore,
  index: StateIndex,
  before: number,
): Promise<number> => {
  const erasures = await store.erasures()
  if (erasures === before) return erasures
  let ids: string[] = []
  for (const id of index.clientIds()) {
    if (ids.push(id) < BATCH) continue
    await removeErasedOf(store, index, ids)
    ids = []
    // A store in memory answers at once: without this, all batches would run in one turn.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await removeErasedOf(store, index, ids)
  return erasures
}
