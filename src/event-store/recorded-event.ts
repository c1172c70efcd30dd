import type { ClientEvent } from '../events/client-event.js'

/**
 * A place in the total order of a store: an opaque text, to be kept and handed back to the same
 * store. Only the store can tell which of two comes first.
 */
export type Position = string

/** An event as a store holds it. */
export interface RecordedEvent {
  /** With `recorded_at`, whether or not it was appended with one. */
  readonly event: ClientEvent
  /** Its place among the events of its client: 1, 2, 3 … */
  readonly revision: number
  /** Its place among all events of the store. */
  readonly position: Position
}
