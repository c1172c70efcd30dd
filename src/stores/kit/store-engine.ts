import type { BlockingTransaction, LogEnd, Erasures } from '../../event-store/event-store.js'
import type { Finding } from '../../event-store/finding.js'
import type { SqlDatabase } from '../../event-store/sql-database.js'
import type { Append, AppendAnswer } from './appends.js'
import type { BackupEngine } from './backup-engine.js'
import type { ConsumerEngine } from './consumer-engine.js'
import type { ClientErasure } from './client-erasure.js'
import type { ClientReduction } from './client-reduction.js'
import type { StoredEvent } from './event-record.js'
import type { LookUpRow } from './look-ups.js'
import type { PendingErasureEngine } from './pending-erasures.js'
import type { PageRequest } from './page-request.js'
import type { QuarantineEngine } from './quarantine-engine.js'
import type { GroupLimits } from './queue.js'
import type { StorageKey } from './storage-key.js'

/** The rows of a client, all of one moment. */
export interface ClientRows {
  readonly events: ReadonlyArray<StoredEvent>
  /**
   * Revisions up to this one may have holes, because something was erased or compacted; 0 for none. An engine
   * that sees no hole may leave it at 0.
   */
  readonly horizon: number
  /** The highest revision given, where the engine keeps it apart from the events. */
  readonly revision?: number
}

/** A scrub, with what it has to ask and to say while it waits. */
export interface ScrubRequest {
  /** Throws if the store was closed. */
  readonly checkOpen: () => void
  /** Says that the scrub waits for other machines, for so many milliseconds. */
  readonly onWait: (milliseconds: number) => void
}

/** An erasure, with everything that does not depend on the database. */
export interface ErasureRequest {
  /** Whether the key is that of a client, or of a user, whose clients the look-up has. */
  readonly kind: 'client' | 'user'
  readonly key: StorageKey
  /** What stays in the store: a hash of the id. */
  readonly tombstone: string
  /** The moment of the tombstone, epoch milliseconds. If the store holds a later one, that one stays. */
  readonly erasedAt: number
  /** Plans what happens to a client, from all of its events. */
  readonly plan: (clientKey: StorageKey, events: ReadonlyArray<StoredEvent>) => ClientErasure
}

/** What goes of a client, planned from the events that it had before it was locked. */
export interface PlannedReduction extends Pick<ClientReduction, 'tombstones' | 'eventHashes'> {
  /**
   * The plan. It holds while the client has as many events, with the same last revision, and no erasure
   * after `lastErasure` is about it.
   */
  readonly erasure: ClientErasure
  readonly count: number
  readonly lastRevision: number
  /** Plans from the events that the client has now, if it has changed. */
  readonly planAgain: (stored: ReadonlyArray<StoredEvent>) => ClientErasure
}

/** What of some clients goes, by a compaction or a forgetting. */
export interface ReductionRequest {
  readonly reductions: ReadonlyMap<StorageKey, PlannedReduction>
  /** The number of the last erasure before the clients were read. */
  readonly lastErasure: number
  /** Whether the clients are numbered among the erasures: their states are others afterwards. */
  readonly isLoss: boolean
  /** The moment of the tombstones, epoch milliseconds. */
  readonly notedAt: number
  /** Throws `StoreUnavailable` once the store is closed. The engine calls it before each transaction. */
  readonly checkOpen: () => void
}

/** What a reduction has changed. */
export interface ReductionCounts {
  readonly clients: number
  /** Deleted or rewritten ones. */
  readonly events: number
}

/** A look-up of the clients of a session, or of a user. */
export type LookUpName = 'sessions' | 'users'

/** How the processes that share a store wake each other's followers. The poll finds what is lost here. */
export interface Notifications {
  /** Calls `wake` when another process has appended. Called once, at the first follower. */
  readonly listen: (wake: () => void) => void
  /** Notifies the other processes that this one has appended. */
  readonly notify: () => void
}

/**
 * What one database does differently from another. `createEventStore` adds everything else and calls
 * the engine only while the store is open. Every method rejects with `StoreUnavailable` when the
 * database fails.
 */
export interface StoreEngine {
  /**
   * How appends that wait at the same time are grouped for `write`. Without it, each append is written
   * at once and alone.
   */
  readonly groupLimits?: GroupLimits<ReadonlyArray<Append>>
  /**
   * Decides and writes a group of appends, each as if those before it were written. `decideAppend`
   * gives the decisions, over facts that stay true until the events are written. The events and their
   * look-up rows (`lookUpRowsOf`) are durable before this answers: all of them, or nothing is written.
   *
   * @returns an answer for each append, in their order
   */
  readonly write: (appends: ReadonlyArray<Append>) => Promise<ReadonlyArray<AppendAnswer>>
  /**
   * The events of a client from a revision on, in the order of their revisions.
   *
   * @param clientHash - gives the hash by which the horizons name the client. It costs as much as some events,
   *   and an engine needs it only for a client whose revisions have holes.
   */
  readonly readClient: (
    clientKey: StorageKey,
    fromRevision: number,
    clientHash: () => string,
  ) => Promise<ClientRows>
  /** Any one event of each of these clients, in any order. */
  readonly readOneEventOfEach: (
    clientKeys: ReadonlyArray<StorageKey>,
  ) => Promise<ReadonlyArray<StoredEvent>>
  /**
   * The events after a position in the total order, page by page, up to the end of the log: all that
   * were committed when the reading began, or those of them that are settled. Rejects with
   * `ForeignPosition` if the position belongs to another life of the store.
   */
  readonly pages: (request: PageRequest) => AsyncGenerator<ReadonlyArray<StoredEvent>, void>
  /** A position before all events that are committed from now on, and a text that each commit changes. */
  readonly logEnd: () => Promise<LogEnd>
  /** The transaction for which committed events wait before followers get them. Absent where none can. */
  readonly heldBackBy?: () => Promise<BlockingTransaction | null>
  /** The keys of all clients, each once, in any order. */
  readonly clientKeys: () => Promise<ReadonlyArray<StorageKey>>
  /** The keys of the clients with events that name a user, each once, in any order. */
  readonly clientKeysOfUser: (userKey: StorageKey) => Promise<ReadonlyArray<StorageKey>>
  /** The keys of the clients with events that name a session, each once, in any order. */
  readonly clientKeysOfSession: (sessionKey: StorageKey) => Promise<ReadonlyArray<StorageKey>>
  readonly quarantine: QuarantineEngine
  readonly backup: BackupEngine
  readonly pendingErasures: PendingErasureEngine
  /**
   * Erases: keeps the tombstone, and carries out the plan for the client, or for each client of the user.
   * No event that the tombstone refuses is written from then on. If the plan deletes or rewrites
   * something, the client gets its horizon and a number among the erasures; the numbers ascend in the order
   * of the commits. The tombstone's moment lies after `latestCreatedAt` of every plan.
   *
   * @returns the number of events that were deleted or rewritten
   */
  readonly erase: (request: ErasureRequest) => Promise<number>
  /** The keys of all clients in pages, each once. One that is new since the first page may be missing. */
  readonly clientKeyPages: () => AsyncGenerator<ReadonlyArray<StorageKey>, void>
  /**
   * Reduces clients: notes their tombstones and the hashes of dropped events, and carries out the plans.
   * No event that one of them refuses is written from the deletion on. It locks a client for some
   * milliseconds, so that no append waits longer.
   */
  readonly reduce: (request: ReductionRequest) => Promise<ReductionCounts>
  /** The moment before which the store was compacted, epoch milliseconds; null if it never was. */
  readonly compactedBefore: () => Promise<number | null>
  /** Raises that moment, durably. It never falls. */
  readonly raiseCompactedBefore: (moment: number) => Promise<void>
  /** Removes the bytes of everything that was erased from the files. */
  readonly scrub: (request: ScrubRequest) => Promise<void>
  /** The erasures after a number, at most so many; without a number only the last one's number. */
  readonly erasures: (after: number | undefined, limit: number) => Promise<Erasures>
  /** Rejects if nothing can be written now. It writes nothing. Absent where writing cannot fail. */
  readonly checkWritable?: () => Promise<void>
  /** The event keys of a client by revision, for a check. */
  readonly eventKeys: (clientKey: StorageKey) => Promise<ReadonlyMap<number, StorageKey>>
  /** How many rows a look-up has. */
  readonly countLookUp: (lookUp: LookUpName) => Promise<number>
  /** All rows of a look-up, page by page. */
  readonly lookUpPages: (lookUp: LookUpName) => AsyncGenerator<ReadonlyArray<LookUpRow>, void>
  /** How many faults the database finds in its own tables and indexes. Absent where it cannot look. */
  readonly countFaults?: () => Promise<number>
  /** What there is to say of the database and its settings. Absent where there is nothing to say. */
  readonly diagnose?: () => Promise<ReadonlyArray<Finding>>
  /** The database in which the log is, for read models beside it. Absent where the log is in no such database. */
  readonly sql?: SqlDatabase
  /** How processes share the reading of the log. Absent where each of them reads everything. */
  readonly consumers?: ConsumerEngine
  /** Absent where no other process can append. */
  readonly notifications?: Notifications
  /** Releases the database. Called once, after all writes and erasures have ended. */
  readonly close: () => Promise<void>
}
