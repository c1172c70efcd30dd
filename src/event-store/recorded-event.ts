import type { ClientEvent } from '../events/client-event.js'

/**
 * A place in the total order of a store. It is an opaque text: keep it, and pass it to the same store
 * later. Only the store can compare two positions.
 */
export type Position = string

/** An event as a store holds it. */
export interface RecordedEvent {
  /** Always with `recorded_at`, also if it was appended without. */
  readonly event: ClientEvent
  /** Its place among the events of its client: 1, 2, 3 … */
  readonly revision: number
  /** Its place among all events of the store. */
  readonly position: Position
}
