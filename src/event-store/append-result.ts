import type { RecordedEvent } from './recorded-event.js'

/**
 * The revision that the caller expects the client to have: a number (0 for a client without events),
 * `no-stream` for a client without events, `stream-exists` for a client with at least one event, or
 * `any`.
 */
export type ExpectedRevision = number | 'any' | 'no-stream' | 'stream-exists'

/** The answer to an append that was not refused. */
export interface AppendResult {
  /** The client's revision after the append. */
  readonly revision: number
  /** The events that were written: all events of the append except the duplicates. */
  readonly recorded: ReadonlyArray<RecordedEvent>
}
