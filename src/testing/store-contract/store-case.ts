import type { EventStore } from '../../event-store/event-store.js'

/** Gives the suite stores to test. Each case starts with an empty store. */
export interface StoreHarness {
  /** Opens the store. A second call opens another handle on the same events. The suite closes both. */
  readonly open: () => Promise<EventStore>
  /** After this, `open` opens another, empty store. All handles are closed at that time. */
  readonly renew: () => Promise<void>
}

/** One guarantee of the port, as a case that any test runner can run. */
export interface StoreCase {
  /** The sentence of the guarantee in `EventStore`, then, after a colon, what this case tries. */
  readonly name: string
  /** `several-handles`: events outlive a handle, and several handles may be open at once. */
  readonly needs: 'one-handle' | 'several-handles'
  /** Rejects with an assertion error where the guarantee is broken. */
  readonly run: (harness: StoreHarness) => Promise<void>
}
