/**
 * The kinds of rows that a store keeps beside its events and its quarantine. Each has a text and a number:
 *
 * - `tombstone`: a hash of what was erased, and the moment
 * - `horizon`: a hash of a client, and the revision up to which it may have holes
 * - `erasure`: a hash of a client that lost something, and the number of the loss
 * - `dropped`: a hash of the id of a dropped event, and 0
 * - `fact`: the name of a fact about the whole store, and its value
 */
export type NoteKind = 'tombstone' | 'horizon' | 'erasure' | 'dropped' | 'fact'

/** A row that a store keeps beside its events. */
export interface BackupNote {
  readonly kind: NoteKind
  readonly text: string
  readonly number: number
}

/** An event with everything that a store gave to it. */
export interface BackupEvent {
  readonly kind: 'event'
  readonly revision: number
  /** Epoch milliseconds. */
  readonly recorded_at: number
  /** The JSON text of the event, exactly as it is stored, without `recorded_at`. */
  readonly text: string
}

/** A delivery of the quarantine. */
export interface BackupDelivery {
  readonly kind: 'delivery'
  readonly id: string
  /** Epoch milliseconds. */
  readonly received_at: number
  readonly reason: string
  /** The bytes of the request in base64. */
  readonly body: string
}

/** A scheduled erasure of a user. */
export interface BackupPendingErasure {
  readonly kind: 'pending_erasure'
  readonly user_id: string
  /** Epoch milliseconds; null if it was called off. */
  readonly due_at: number | null
}

/** One record of a backup: plain JSON. */
export type BackupRecord = BackupEvent | BackupDelivery | BackupPendingErasure | BackupNote

/** A backup that can be read several times. */
export interface BackupSource {
  /** Identifies the backup, for example a hash of it: a restore goes on only with the same backup. */
  readonly id: string
  /** All records, from the first one on, at each call. */
  readonly records: () => AsyncIterable<BackupRecord>
}

/** What a restore did. */
export interface RestoreResult {
  /** True if this backup was restored before. Then nothing was done. */
  readonly wasRestored: boolean
  /** The events of the backup that the store holds now. */
  readonly events: number
  /** The events that were left out, because a tombstone of the backup or of the store refuses them. */
  readonly leftOut: number
  /** The deliveries of the backup that the store holds now. */
  readonly deliveries: number
  /** The deliveries that were left out, because they mention what a tombstone says was erased later. */
  readonly deliveriesLeftOut: number
}

/** The store holds events or deliveries that are not of this backup. */
export interface StoreOccupied {
  readonly _tag: 'StoreOccupied'
}

/** Why nothing was restored. */
export type RestoreRefusal = StoreOccupied

/**
 * A refusal in one sentence.
 *
 * @example
 * import { describeRestoreRefusal } from 'clientfold/event-store'
 * describeRestoreRefusal({ _tag: 'StoreOccupied' }).startsWith('the store holds something else') // => true
 */
export const describeRestoreRefusal = (_refusal: RestoreRefusal): string =>
  'the store holds something else than this backup: restore into an empty store'
