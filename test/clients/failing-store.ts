import type { EventStore } from '../../src/event-store/event-store.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'

/** A store of which a reading can fail once, as it does when a database restarts. */
export interface FailingStore {
  readonly store: EventStore
  /** Lets a later reading fail: 0 for the next one. */
  readonly failLater: (readings: number) => void
}

/** Wraps a store. Each look-up, and each event of a reading, counts as one. */
export const failingStore = (store: EventStore): FailingStore => {
  let left = Infinity
  const count = (): void => {
    left -= 1
    if (left >= 0) return
    left = Infinity
    throw new StoreUnavailable('busy', 'this reading fails')
  }
  const counted =
    <A extends ReadonlyArray<unknown>, B>(read: (...args: A) => Promise<B>) =>
    async (...args: A): Promise<B> => {
      count()
      return read(...args)
    }
  return {
    store: {
      ...store,
      readClient: counted(store.readClient),
      logEnd: counted(store.logEnd),
      erasures: counted(store.erasures),
      readAll: async function* (from) {
        for await (const recorded of store.readAll(from)) {
          count()
          yield recorded
        }
      },
    },
    failLater: (readings) => {
      left = readings
    },
  }
}
