import type { RecordedEvent } from './recorded-event.js'

/** How far a compaction or a forgetting has come. */
export interface CompactionProgress {
  /** How many clients were looked at. */
  readonly clients: number
  /** How many events were dropped so far. */
  readonly events: number
}

/** What ends a forgetting early, and who watches it. */
export interface ForgettingOptions {
  /** Ends the work after the present clients, without an error. Call again to go on. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: CompactionProgress) => void) | undefined
}

/** What ends a compaction early, who watches it, and where the dropped events go. */
export interface StoreCompactionOptions extends ForgettingOptions {
  /**
   * Gets the events before they are deleted, some hundred clients at a time. They are deleted once it has
   * resolved: by then it must have written them durably. After an interruption some events come again.
   */
  readonly archive?: ((events: ReadonlyArray<RecordedEvent>) => Promise<void>) | undefined
}

/** What a compaction did. */
export interface CompactionResult {
  /** The clients of which something was dropped. */
  readonly clients: number
  /** The events that were dropped. */
  readonly events: number
  /** The clients that were left as they are, because one of their events is damaged or missing. */
  readonly damaged: number
}

/** What a forgetting did. */
export interface ForgettingResult extends CompactionResult {
  /** The sessions that were forgotten. */
  readonly sessions: number
}
