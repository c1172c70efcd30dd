import type { Erased, EventIdConflict } from './append-refusal.js'
import type { RecordedEvent } from './recorded-event.js'

/** The outcome for one of several events that were recorded together. */
export type RecordOutcome =
  | { readonly _tag: 'Recorded'; readonly recorded: RecordedEvent }
  | { readonly _tag: 'Duplicate' }
  | EventIdConflict
  | Erased
