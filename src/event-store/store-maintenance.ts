import type { Either } from 'fp-ts/lib/Either.js'
import type { BackupRecord, BackupSource, RestoreRefusal, RestoreResult } from './backup.js'
import type {
  StoreCompactionOptions,
  CompactionResult,
  ForgettingOptions,
  ForgettingResult,
} from './compaction.js'
import type { Erasures } from './erasures.js'
import type { Finding } from './finding.js'

/** Who hears of a scrub that waits. */
export interface ScrubOptions {
  /** Called before it waits for servers that keep erased bytes for a while: for how many milliseconds. */
  readonly onWait?: ((milliseconds: number) => void) | undefined
}

/** What an operator does with a store, from time to time. Its guarantees are among those of `EventStore`. */
export interface StoreMaintenance {
  /**
   * Compacts the log before a moment: of the events of each client that were said, updated and recorded at
   * or before it, those are dropped that the fold of the others does not need. Every view with `asOf` and
   * `knownAt` at or above the moment stays the same. Views of earlier moments are not answered any more:
   * see `horizon`. The last event of each client always stays.
   *
   * The ids of dropped events stay known as hashes: an event with such an id is a duplicate, whatever its
   * content is. The bytes stay in the files until `scrub`, which also makes them smaller.
   *
   * It goes through the clients one by one and locks none of them for long, so that it can run while events
   * are recorded. It can be ended at any point and called again.
   *
   * @param before - epoch milliseconds. With a moment in the future, all questions about the past are refused until then.
   */
  readonly compact: (before: number, options?: StoreCompactionOptions) => Promise<CompactionResult>

  /**
   * Forgets sessions: all that had ended or were removed before a moment, and all that would have expired or
   * been abandoned before it. Their events are deleted, and they are taken out of observations. A client
   * without other sessions is deleted whole. What stays is a tombstone of each session, a hash of its id,
   * which refuses its events from then on. Unlike a compaction, this changes answers: the clients are
   * among the `erasures`. It works as `compact` does.
   *
   * @param overBefore - epoch milliseconds
   */
  readonly forget: (overBefore: number, options?: ForgettingOptions) => Promise<ForgettingResult>

  /**
   * The latest moment before which the store was compacted, epoch milliseconds; null if it never was. An
   * answer about an earlier moment would lack what was dropped. Read the horizon after the events: it is raised
   * before anything is dropped.
   */
  readonly horizon: () => Promise<number | null>

  /**
   * Removes the bytes of everything that was erased from the files. It rewrites the files, which takes as
   * long as it takes to copy the store and keeps everything else waiting. Calls that wait at the same time
   * share one rewriting, so erase first, as often as needed, and scrub once.
   *
   * JetStream overwrites messages when they are erased. But several servers of one stream also keep them in the
   * log of their replication, until they shorten it. There it waits for that, some minutes, and nothing else does.
   *
   * @throws StoreUnavailable (as a rejection) if a server of the stream is down or behind, which keeps the bytes.
   */
  readonly scrub: (options?: ScrubOptions) => Promise<void>

  /**
   * The clients that lost something by erasures, by whichever process, as hashes: see `clientHashOf`. Each
   * such loss has a number, and the numbers ascend in the order of the commits. A reader that keeps clients
   * in memory asks for those after the last number that it knows, and reads these clients again.
   *
   * @param after - up to 1,000 losses after this number. Without it: only the last number, which is where
   *   a reader that has read nothing starts.
   */
  readonly erasures: (after?: number) => Promise<Erasures>

  /** Whether a user or a client was erased at any time, also if the store held nothing of it. */
  readonly wasErased: (kind: 'user' | 'client', id: string) => Promise<boolean>

  /**
   * Gives everything that the store holds: events with their ids, revisions and `recorded_at`, the quarantine,
   * tombstones, erasures, horizons and facts, some hundred records at a time. What is recorded while it is
   * taken may be in it or not; it holds no client in part. The records hold personal data.
   *
   * @param write - takes records, and resolves when it can take more
   * @throws CorruptRecord (as a rejection) if a record is damaged.
   */
  readonly backup: (write: (records: ReadonlyArray<BackupRecord>) => Promise<void>) => Promise<void>

  /**
   * Restores a backup, of a store of whatever kind, into a store without events and deliveries. Events keep
   * their revisions and `recorded_at`, and get new positions. Tombstones that the store has already stay, and
   * refuse events of the backup as they refuse every event. If it rejects or is killed, call it again with the
   * same backup: until it has ended, the store is opened only with the option `incomplete`.
   */
  readonly restore: (source: BackupSource) => Promise<Either<RestoreRefusal, RestoreResult>>

  /**
   * Looks at the database and its settings: version, known bugs of that version, durability, replicas, open
   * transactions, clock, tables, disk. Each finding says what to do, if something has to be done. It reads
   * no event, and changes nothing.
   */
  readonly diagnose: () => Promise<ReadonlyArray<Finding>>
}
