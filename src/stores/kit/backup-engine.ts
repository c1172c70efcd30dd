import type { NoteKind } from '../../event-store/backup.js'
import type { EventRecord, StoredEvent } from './event-record.js'
import type { PendingErasureEngine } from './pending-erasures.js'
import type { PageRequest } from './page-request.js'
import type { QuarantineEngine } from './quarantine-engine.js'

/** A text and a number of one kind. */
export interface Note {
  readonly text: string
  readonly number: number
}

/** Reads everything of a store. */
export interface BackupReader {
  readonly pages: (request: PageRequest) => AsyncIterable<ReadonlyArray<StoredEvent>>
  readonly quarantine: Pick<QuarantineEngine, 'places' | 'read'>
  readonly pendingErasures: Pick<PendingErasureEngine, 'rows'>
  /** All notes of a kind, page by page. */
  readonly notes: (kind: NoteKind) => AsyncIterable<ReadonlyArray<Note>>
}

/** An event of a backup, with the revision that it had. */
export interface RestoredEvent {
  readonly record: EventRecord
  readonly revision: number
}

/** Whether a store takes a backup: it may be empty, or hold it in part, or whole, or hold something else. */
export type RestoreStart = 'started' | 'done' | 'occupied'

/** What backup and restore need of a database. Everything that is put is durable before it answers. */
export interface BackupEngine {
  /**
   * Gives a reader, of one moment where the database can hold a moment without stopping writers. Otherwise
   * each page is of the moment at which it is read, and a reading of the events goes up to the end of the log.
   */
  readonly read: (work: (reader: BackupReader) => Promise<void>) => Promise<void>
  /**
   * Notes the fact `name` with the value 1 in a store without events, deliveries and other restores; done if
   * the fact has the value 2.
   */
  readonly startRestore: (name: string) => Promise<RestoreStart>
  /** Whether a restore has not ended: a fact whose name begins with `restored ` and whose value is 1. */
  readonly isIncomplete: () => Promise<boolean>
  /** Puts notes, each key once. A row that is there already follows the rule of its kind. */
  readonly putNotes: (kind: NoteKind, notes: ReadonlyArray<Note>) => Promise<void>
  /** The moments of those of some tombstones that the store holds. */
  readonly momentsOf: (tombstones: ReadonlyArray<string>) => Promise<ReadonlyMap<string, number>>
  /**
   * Writes events with their look-up rows at their revisions. One that is there already stays.
   *
   * @returns the indexes of events that cannot be written: their revision or their id is another event's
   */
  readonly putEvents: (events: ReadonlyArray<RestoredEvent>) => Promise<ReadonlyArray<number>>
}

/** The beginning of the names of facts about restores. The value is 1 while a restore goes on, then 2. */
export const RESTORES = 'restored '

/** The values of such a fact. */
export const RESTORE_STATE = { started: 1, done: 2 } as const
