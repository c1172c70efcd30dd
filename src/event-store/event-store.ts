import type { Either } from 'fp-ts/lib/Either.js'
import type { ClientEvent } from '../events/client-event.js'
import type { AppendRefusal } from './append-refusal.js'
import type { AppendResult, ExpectedRevision } from './append-result.js'
import type { CheckReport, CheckResult } from './check-report.js'
import type { PendingErasures } from './pending-erasures.js'
import type { LogConsumers } from './log-consumer.js'
import type { Quarantine } from './quarantine.js'
import type { BlockingTransaction, FollowFrom, LogEnd, ReadFrom } from './read-from.js'
import type { Position, RecordedEvent } from './recorded-event.js'
import type { RecordOutcome } from './record-outcome.js'
import type { SqlDatabase } from './sql-database.js'
import type { StoreMaintenance } from './store-maintenance.js'

export type { AppendResult, ExpectedRevision } from './append-result.js'
export type { Erasures } from './erasures.js'
export type { CheckProgress, CheckReport, CheckResult } from './check-report.js'
export type { BlockingTransaction, FollowFrom, LogEnd, ReadFrom } from './read-from.js'

/**
 * A log of events that loses nothing. Every store keeps these guarantees. Each of them is a case of
 * the contract suite in `clientfold/testing`:
 *
 * Appending
 * - an append writes all of its events or none
 * - an answered append is still there when the store is opened again
 * - of several appends that expect the same revision, one wins
 * - a wrong expectation is answered with the actual revision
 * - an append without events, or with events of another client, is a defect
 *
 * Once
 * - an event id is appended once, however often it is delivered
 * - a duplicate is answered as a duplicate, whatever revision is expected
 * - an event id with other content is a conflict, and nothing is written
 * - a key beside type and data that one of two deliveries lacks is no difference, and the first stays
 * - an event without an id is identified by its content
 *
 * Reading
 * - a client is read in the order of its revisions, without gaps
 * - everything is read in one total order, from any position
 * - a reading gives everything that was committed when it began
 * - a follower never skips an event that commits late
 * - an event that commits after a call of lastPosition comes after that position
 * - the marker of the end of the log changes with every event that commits
 * - a follower catches up, then reads each new event, and ends at its signal
 * - a reader that waits for the next commit is woken by each append and each erasure
 * - events are read exactly as they were appended, whatever they hold
 * - the clients of a user and of a session are found
 *
 * Erasing
 * - an erased client is gone, and all other clients are unchanged
 * - an erased user is gone from every client, and all other users are unchanged
 * - an event about a session that an erasure covers is refused
 * - a session that was created after an erasure is recorded
 * - an erased session is taken out of an observation before it is recorded
 * - revisions go on after an erasure, and none is given twice
 * - each client that lost something is listed among the erasures
 * - a scrub changes no answer
 *
 * Compacting
 * - every answer about the moment of a compaction or later stays the same, byte for byte
 * - compacting twice changes nothing more
 * - what a compaction drops is archived before
 * - an event that a compaction dropped is a duplicate when it is delivered again
 * - a follower that lags across a compaction reads enough for the same clients
 * - revisions and expectations go on across a compaction
 * - what was erased stays erased across a compaction
 * - the horizon is the latest moment of a compaction
 *
 * Forgetting
 * - sessions that were over before a moment are forgotten whole, and all others are unchanged
 * - an event about a forgotten session is refused
 * - a client without other sessions goes with its forgotten ones
 *
 * Scheduled erasures
 * - a scheduled erasure is still there when the store is opened again
 * - of several schedules of one user, the earliest time counts
 * - an erasure that was called off is not scheduled again
 * - scheduled erasures are read in the order of their times, then of their users
 * - scheduled erasures are counted, with the time of the first one
 * - a user whose erasure is scheduled is answered as before
 * - an erasure of a user ends its schedule
 * - a scheduled erasure without a user or a time is a defect
 *
 * Quarantine
 * - a delivery is kept byte for byte
 * - a kept delivery is still there when the store is opened again
 * - a delivery is kept once, in its first form, however often it comes
 * - deliveries are read in the order of their times, then of their ids
 * - a removed delivery is gone
 * - the size of the quarantine is the number of its deliveries and the time of the oldest one
 * - erasing a client or a user removes the deliveries that mention its id
 * - a delivery without an id or a time is a defect
 *
 * Backup
 * - a restored backup gives every answer of its store, in a store of another kind too
 * - a backup that is taken while the store is written to is one moment
 * - a restore goes on where it was interrupted, and nothing comes twice
 * - a restore into a store that holds something else is refused
 * - what a tombstone of the store refuses is left out of a restore
 *
 * Checking
 * - a check of an undamaged store finds nothing, and counts what it reads
 * - a diagnosis says what to do about each thing that must be changed
 *
 * All together
 * - a store answers as a plain model does, whatever the calls
 * - a closed store refuses every call
 *
 * An outcome that the caller must decide on is a value. A failure that only an operator can mend
 * rejects with `StoreUnavailable` or `CorruptRecord`. After such a rejection the call may or may not
 * have taken effect, and it is safe to call again.
 */
export interface EventStore extends StoreMaintenance {
  /**
   * Appends one or more events of one client. The events are durable before the store answers.
   *
   * @throws TypeError if there is no event, or an event of another client: a defect of the caller.
   */
  readonly append: (
    clientId: string,
    events: ReadonlyArray<ClientEvent>,
    expected: ExpectedRevision,
  ) => Promise<Either<AppendRefusal, AppendResult>>

  /**
   * Records events of any number of clients with one durable write. Each event has an outcome of its
   * own, in the order of the events.
   */
  readonly record: (events: ReadonlyArray<ClientEvent>) => Promise<ReadonlyArray<RecordOutcome>>

  /**
   * The events of a client in the order of their revisions, from a revision on (1 unless given).
   *
   * @throws CorruptRecord (as a rejection) if one of them is damaged or missing.
   */
  readonly readClient: (
    clientId: string,
    fromRevision?: number,
  ) => Promise<ReadonlyArray<RecordedEvent>>

  /**
   * All events of the store that are committed when the reading begins, in the total order. It waits for
   * no transaction.
   *
   * An event that commits later can come before the last one that was read. To read on without a gap,
   * call `lastPosition` before the reading and start after that position. Some events then come again.
   *
   * @throws ForeignPosition if `after` is a position of another store, or of another life of this one.
   */
  readonly readAll: (from?: ReadFrom) => AsyncIterable<RecordedEvent>

  /**
   * All events of the store and all that are appended later, in the total order, until the signal.
   *
   * Each event comes once, and the position of the last one is where to go on. So an event comes only when
   * no other one can be committed before it: on PostgreSQL, when all older transactions have ended.
   *
   * A follower outlives every passing failure, such as a server that restarts, a full disk or a lock: it
   * waits, from 100 ms up to 5 s between two tries, and then reads on after the last event that it gave.
   * `onFailure` reports each such failure. A follower rejects only where waiting does not help:
   * `StoreUnavailable` with the reason `closed`, `missing`, `foreign` or `newer`, `CorruptRecord`, and
   * `ForeignPosition`.
   */
  readonly follow: (from?: FollowFrom) => AsyncIterable<RecordedEvent>

  /**
   * The position at which the log ends now, found without reading the log. A follower that starts
   * here reads what is appended later. It may read an older event again where an older transaction
   * was still open.
   */
  readonly lastPosition: () => Promise<Position>

  /** The last position, and a text by which a reader finds out that nothing was committed since. */
  readonly logEnd: () => Promise<LogEnd>

  /**
   * Waits until something may have been committed or erased, by whichever process: at the latest for the time
   * after which a follower looks by itself. It can resolve although nothing was.
   *
   * @param after - what the last call resolved with. Read the store after that call and before this one:
   *   what is committed meanwhile makes this call resolve at once. Without it, this resolves at once.
   * @param signal - resolves it at once
   */
  readonly nextCommit: (after?: number, signal?: AbortSignal) => Promise<number>

  /**
   * The oldest open transaction, if events that are committed already wait for its end before a
   * follower gets them; else null. Only PostgreSQL has such transactions. An operator can end one with
   * `pg_terminate_backend(pid)`.
   */
  readonly heldBackBy: () => Promise<BlockingTransaction | null>

  /** The ids of all clients, in ascending order by UTF-16 code units. */
  readonly clientIds: () => Promise<ReadonlyArray<string>>

  /** The ids of the clients on which a user has, or had, a session. */
  readonly clientsOfUser: (userId: string) => Promise<ReadonlyArray<string>>

  /** The ids of the clients whose events name a session: one, unless senders disagree. */
  readonly clientsOfSession: (sessionId: string) => Promise<ReadonlyArray<string>>

  /** Genuine deliveries that could not be recorded. */
  readonly quarantine: Quarantine

  /** Users whose erasure is scheduled. */
  readonly pendingErasures: PendingErasures

  /**
   * Erases a client: its events are gone from every answer when this answers. What stays is a tombstone, a
   * hash of the id with the moment of the erasure. Events about sessions of this client that were created
   * before that moment are refused from then on; a later session is recorded, so the device stays usable.
   *
   * It costs what the client has, and not what the store holds. Its bytes stay in the files until `scrub`.
   *
   * From the quarantine it removes each delivery whose body holds the id as a whole word, in UTF-8 or with
   * JSON escapes. It does not find an id in another encoding, and not in a delivery that is kept later.
   *
   * If it rejects, it may have been done in part. Call it again.
   *
   * @returns the number of events that were deleted.
   */
  readonly eraseClient: (clientId: string) => Promise<number>

  /**
   * Erases a user from every client: deletes the events about the user's sessions, and takes those sessions
   * out of observations. Other users of the same clients keep theirs, byte for byte. All that
   * {@link EventStore.eraseClient} says holds here too.
   *
   * @returns the number of events that were deleted or rewritten.
   */
  readonly eraseUser: (userId: string) => Promise<number>

  /**
   * Resolves if an event could be appended now. It appends nothing.
   *
   * @throws StoreUnavailable (as a rejection) if nothing can be written: the store is read-only, locked
   *   or gone. What only a real write finds, such as a full disk, it does not find.
   */
  readonly checkWritable: () => Promise<void>

  /**
   * The database in which the log is, so that read models can be kept beside the log. Absent where the log
   * is in no such database.
   */
  readonly sql?: SqlDatabase

  /**
   * How any number of processes share the reading of the log, on as many machines. Absent where a log needs no
   * more than one machine: there each process reads everything.
   */
  readonly consumers?: LogConsumers

  /**
   * Reads everything and reports each damage: records that differ from what was written, missing
   * revisions, look-ups that do not fit the events, indexes that do not fit their tables, damaged
   * deliveries. It changes nothing. What is erased or written meanwhile is no damage.
   */
  readonly check: (report: CheckReport) => Promise<CheckResult>

  /** Closes the store. Readers and followers end too. */
  readonly close: () => Promise<void>
}
