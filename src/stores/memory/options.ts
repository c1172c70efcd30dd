/** Settings of a store in memory. */
export interface MemoryStoreOptions {
  /** The clock that gives `recorded_at`, in epoch milliseconds; `Date.now` unless given. */
  readonly now?: () => number
}
