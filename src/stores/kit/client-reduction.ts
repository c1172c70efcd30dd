import type { RecordedEvent } from '../../event-store/recorded-event.js'
import type { ClientErasure } from './client-erasure.js'
import type { StorageKey } from './storage-key.js'

/** Less of a client, as a compaction or a forgetting decided it from all of its events. */
export interface ClientReduction {
  /** Of forgotten sessions. */
  readonly tombstones: ReadonlyArray<string>
  /** Of events whose ids stay known: see `droppedHashOf`. */
  readonly eventHashes: ReadonlyArray<string>
  /** The events that an archive gets before they are deleted. */
  readonly archived: ReadonlyArray<RecordedEvent>
  /** How many sessions are forgotten. */
  readonly sessions: number
  /**
   * Plans the changes from all events that the client has. It deletes nothing that is neither noted by its
   * hash nor refused by one of the tombstones.
   */
  readonly plan: (recorded: ReadonlyArray<RecordedEvent>) => ClientErasure
}

/** Decides what goes of a client; null if nothing does. */
export type Decide = (
  clientKey: StorageKey,
  recorded: ReadonlyArray<RecordedEvent>,
) => ClientReduction | null

/** The plan for a client that stays as it is. */
export const NO_CHANGES: ClientErasure = {
  deleted: [],
  rewritten: [],
  horizon: 0,
  clientHash: null,
  sessionKeys: [],
  userKeys: [],
  latestCreatedAt: -1,
}
