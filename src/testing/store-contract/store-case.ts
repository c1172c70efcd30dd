import type { EventStore } from '../../event-store/event-store.js'

/** How the suite gets at a store. Each case gets a harness of its own, over an empty store. */
export interface StoreHarness {
  /** Opens the store; again, another handle on the same events. The suite closes what it opened. */
  readonly open: () => Promise<EventStore>
  /** From now on `open` opens another, empty store. Nothing is open at that time. */
  readonly renew: () => Promise<void>
}

/** One guarantee of the port, as a case that any test runner can run. */
export interface StoreCase {
  /** The guarantee, word for word as the port states it, and what of it is tried. */
  readonly name: string
  /** `several-handles`: that events outlive a handle, and that several may be open at once. */
  readonly needs: 'one-handle' | 'several-handles'
  /** Rejects with an assertion error where the guarantee is broken. */
  readonly run: (harness: StoreHarness) => Promise<void>
}
