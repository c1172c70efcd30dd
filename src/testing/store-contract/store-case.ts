import type { EventStore } from '../../event-store/event-store.js'

/** Gives the suite stores to test. Each case starts with an empty store. */
export interface StoreHarness {
  /** Opens the store. A second call opens another handle on the same events. The suite closes both. */
  readonly open: () => Promise<EventStore>
  /** After this, `open` opens another, empty store. All handles are closed at that time. */
  readonly renew: () => Promise<void>
}

/** What a case needs of a store; see {@link StoreCase}. */
export type StoreNeed = 'one-handle' | 'reopening' | 'several-handles'

/** How a case is run. The first three are those of fast-check, for the cases that are properties. */
export interface StoreCaseOptions {
  /** The same seed gives the same calls; a random one unless given. */
  readonly seed?: number | undefined
  /** Where a failed case left off: its message names it. */
  readonly path?: string | undefined
  /** How many samples of calls are tried; 24 to 40 unless given. */
  readonly numRuns?: number | undefined
  /** A case that takes longer fails, and says for which calls it waits; 60 unless given. */
  readonly maxSeconds?: number | undefined
}

/** One guarantee of the port, as a case that any test runner can run. */
export interface StoreCase {
  /** The sentence of the guarantee in `EventStore`, then, after a colon, what this case tries. */
  readonly name: string
  /**
   * `one-handle`: anything that keeps events. `reopening`: events outlive a handle. `several-handles`: several
   * handles on the same events may be open at once.
   */
  readonly needs: StoreNeed
  /** Rejects with the guarantee and what differs, if the store does not keep it. */
  readonly run: (harness: StoreHarness, options?: StoreCaseOptions) => Promise<void>
}
