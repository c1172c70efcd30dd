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
  LogEnd,
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
  type BackupPendingErasure,
  type BackupRecord,
  type BackupSource,
  type NoteKind,
  type RestoreRefusal,
  type RestoreResult,
  type StoreOccupied,
} from './backup.js'
export { clientHashOf } from './client-hash.js'
export type { Finding, FindingTopic } from './finding.js'
export type { LogConsumer, LogConsumers, SharedDelivery, SharedRequest } from './log-consumer.js'
export type { ScrubOptions, StoreMaintenance } from './store-maintenance.js'
export type { SqlDatabase, SqlRow, SqlStatement, SqlValue, SqlWork } from './sql-database.js'
export type { PendingErasure, PendingErasureCount, PendingErasures } from './pending-erasures.js'
export type { Position } from './recorded-event.js'
export type { Quarantine, QuarantinedDelivery, QuarantineSize } from './quarantine.js'
export type { RecordPlace, RecordProblem, UnavailableReason } from './store-error.js'
