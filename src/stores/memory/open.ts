import type { EventStore } from '../../event-store/event-store.js'
import { createEventStore } from '../kit/create-event-store.js'
import { createMemoryEngine } from './engine.js'
import type { MemoryStoreOptions } from './options.js'

/** Every append wakes the followers, so none needs to poll. This is the longest time of a timer. */
const NEVER_POLL_MS = 2 ** 31 - 1

/**
 * Opens a store in memory, for tests and for services that keep nothing. Its events last as long as
 * the process. It keeps every other guarantee of {@link EventStore}.
 *
 * @example
 * import { openMemoryStore } from 'clientfold'
 * const store = openMemoryStore()
 * await store.clientIds() // => []
 */
export const openMemoryStore = ({ now = Date.now }: MemoryStoreOptions = {}): EventStore =>
  createEventStore(createMemoryEngine(), { now, pollMilliseconds: NEVER_POLL_MS })
