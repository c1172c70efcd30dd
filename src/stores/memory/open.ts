import type { EventStore } from '../../event-store/event-store.js'
import { createEventStore } from '../kit/create-event-store.js'
import { createMemoryEngine } from './engine.js'
import type { MemoryStoreOptions } from './options.js'

/** Every append wakes the followers. They look also without one, so that a reader of changes knows that it is current. */
const POLL_MS = 1000

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
  createEventStore(createMemoryEngine(), { now, pollMilliseconds: POLL_MS })
