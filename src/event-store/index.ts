/**
 * The details of the port `EventStore`, for code that uses a store directly or implements one:
 * `clientfold/event-store`.
 *
 * @packageDocumentation
 */
export type {
  AppendResult,
  BlockingTransaction,
  CheckProgress,
  CheckReport,
  CheckResult,
  Erasures,
  ExpectedRevision,
  FollowFrom,
  ReadFrom,
} from './event-store.js'
export {
  describeAppendRefusal,
  type AppendRefusal,
  type Erased,
  type ErasedKind,
  type EventIdConflict,
  type RevisionConflict,
} from './append-refusal.js'
export type {
  StoreCompactionOptions,
  CompactionProgress,
  CompactionResult,
  ForgettingOptions,
  ForgettingResult,
} from './compaction.js'
export {
  describeRestoreRefusal,
  type BackupDelivery,
  type BackupEvent,
  type BackupNote,
  type BackupRecord,
  type BackupSource,
  type NoteKind,
  type RestoreRefusal,
  type RestoreResult,
  type StoreOccupied,
} from './backup.js'
export { clientHashOf } from './client-hash.js'
export type { Quarantine, QuarantinedDelivery } from './quarantine.js'
export type { RecordPlace, RecordProblem, UnavailableReason } from './store-error.js'
