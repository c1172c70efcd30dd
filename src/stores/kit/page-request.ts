import type { Position } from '../../event-store/recorded-event.js'

/**
 * Which events a reading gives. `complete`: everything that was committed when it began, at once; an
 * event that commits later can come before its last one. `settled`: only events before which no other
 * one can be committed any more, so that a reader can go on from the last one.
 */
export type ReadMode = 'complete' | 'settled'

/** Which events to read, and when to stop. */
export interface PageRequest {
  /** Read the events after this position; all events unless given. */
  readonly after: Position | undefined
  readonly mode: ReadMode
  /** Stop early when this is aborted. */
  readonly signal: AbortSignal | undefined
  /** Throws `StoreUnavailable` once the store is closed. The engine calls it before each page. */
  readonly checkOpen: () => void
}
