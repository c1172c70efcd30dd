import type { PendingErasureRow } from '../kit/pending-erasures.js'
import type { QuarantineRecord } from '../kit/quarantine-record.js'
import type { StorageKey } from '../kit/storage-key.js'

/** An event in memory. It has the shape of a `StoredEvent`, so that it is read without a copy. */
export interface EventRow {
  readonly clientKey: StorageKey
  readonly eventId: string
  readonly text: string
  /** Epoch milliseconds. */
  readonly recordedAt: number
  readonly revision: number
  readonly position: number
}

/** The keys of the clients of each session, or of each user. */
export type LookUp = Map<StorageKey, Set<StorageKey>>

/** The tables of a store in memory, as the SQL stores have them. */
export interface MemoryTables {
  /** Of the last event that was written, also if it was erased; 0 in an empty store. */
  lastPosition: number
  /** All events, by position. */
  events: EventRow[]
  readonly eventsOfId: Map<string, EventRow>
  /** The events of each client, by revision. */
  readonly eventsOfClient: Map<StorageKey, EventRow[]>
  readonly sessionClients: LookUp
  readonly userClients: LookUp
  /** The moment of each tombstone, epoch milliseconds. */
  readonly tombstones: Map<string, number>
  /** The revision up to which a client may have holes, by the hash of the client. */
  readonly horizons: Map<string, number>
  /** The hashes of the ids of dropped events. */
  readonly dropped: Set<string>
  /** The moment before which the store was compacted; null if it never was. */
  compactedBefore: number | null
  /** The facts about restores. */
  readonly restores: Map<string, number>
  /** The hashes of the clients that lost something. The first one has the number 1. */
  readonly erasures: string[]
  readonly quarantined: Map<StorageKey, QuarantineRecord>
  readonly pendingErasures: Map<StorageKey, PendingErasureRow>
}

/**
 * The tables of an empty store.
 *
 * @example
 * import { createTables } from 'clientfold/store-engine'
 * createTables().events // => []
 */
export const createTables = (): MemoryTables => ({
  lastPosition: 0,
  events: [],
  eventsOfId: new Map(),
  eventsOfClient: new Map(),
  sessionClients: new Map(),
  userClients: new Map(),
  tombstones: new Map(),
  horizons: new Map(),
  dropped: new Set(),
  compactedBefore: null,
  restores: new Map(),
  erasures: [],
  quarantined: new Map(),
  pendingErasures: new Map(),
})
