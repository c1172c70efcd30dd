import type { EventStore } from '../../../src/event-store/event-store.js'
import { createEventStore } from '../../../src/stores/kit/create-event-store.js'
import type { StoreEngine } from '../../../src/stores/kit/store-engine.js'
import { createMemoryEngine } from '../../../src/stores/memory/engine.js'
import { createTables, type MemoryTables } from '../../../src/stores/memory/schema.js'
import type { StoreHarness } from '../../../src/testing/index.js'

/** What is wrong with a store; nothing unless given. */
export interface Fault {
  /** Whether a second handle is refused while one is open. */
  readonly hasOneHandle?: boolean
  /** What is lost when the store is opened again. */
  readonly onReopening?: (tables: MemoryTables) => void
  /** Called once for each empty store. */
  readonly engine?: (engine: StoreEngine, tables: MemoryTables) => Partial<StoreEngine>
  readonly store?: (store: EventStore, tables: MemoryTables) => Partial<EventStore>
}

const POLL_MILLISECONDS = 5

/** Stores in memory whose tables outlive their handles, as files do. */
export const sharedMemory = ({
  hasOneHandle,
  onReopening,
  engine,
  store,
}: Fault = {}): StoreHarness => {
  let tables = createTables()
  let broken: StoreEngine = createMemoryEngine(tables)
  let openings = 0
  let openHandles = 0
  return {
    renew: () => {
      tables = createTables()
      const sound = createMemoryEngine(tables)
      broken = { ...sound, ...engine?.(sound, tables) }
      openings = 0
      openHandles = 0
      return Promise.resolve()
    },
    open: () => {
      if (hasOneHandle === true && openHandles > 0) {
        return Promise.reject(new Error('another handle is open'))
      }
      if (openings > 0 && openHandles === 0) onReopening?.(tables)
      openings += 1
      openHandles += 1
      const settings = { now: Date.now, pollMilliseconds: POLL_MILLISECONDS }
      const opened = createEventStore(broken, settings)
      let isOpen = true
      const close = (): Promise<void> => {
        if (isOpen) openHandles -= 1
        isOpen = false
        return opened.close()
      }
      return Promise.resolve({ ...opened, close, ...store?.(opened, tables) })
    },
  }
}
