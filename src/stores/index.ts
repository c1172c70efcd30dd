/**
 * What a store over another database is made of: `clientfold/store-engine`. An engine does what differs between
 * databases, and `createEventStore` makes a store of it.
 *
 * @packageDocumentation
 */
export { createEventStore, type StoreSettings } from './kit/create-event-store.js'
export type {
  ClientRows,
  ErasureRequest,
  LookUpName,
  Notifications,
  PlannedReduction,
  ReductionCounts,
  ReductionRequest,
  ScrubRequest,
  StoreEngine,
} from './kit/store-engine.js'
export {
  decideAppends,
  type Append,
  type AppendAnswer,
  type AppendDecision,
  type EventWrite,
  type StoredFacts,
} from './kit/appends.js'
export { recordedAs, recordOf, type EventRecord, type StoredEvent } from './kit/event-record.js'
export {
  lookUpRowsOf,
  type LookUpIds,
  type LookUpRow,
  type LookUpRows,
  type LookUpSource,
} from './kit/look-ups.js'
export { keyOf, tombstoneOf, type StorageKey } from './kit/storage-key.js'
export { droppedHashOf } from './kit/dropped-hash.js'
export type { MomentOf } from './kit/tombstones.js'
export type { ClientErasure, EventRewrite } from './kit/client-erasure.js'
export type { ClientReduction } from './kit/client-reduction.js'
export type { ConsumerEngine, EngineConsumer, StoredDelivery } from './kit/consumer-engine.js'
export type { PageRequest, ReadMode } from './kit/page-request.js'
export type { GroupLimits } from './kit/queue.js'
export type { QuarantineEngine } from './kit/quarantine-engine.js'
export type { QuarantinePlace, QuarantineRecord } from './kit/quarantine-record.js'
export type { PendingErasureEngine, PendingErasureRow } from './kit/pending-erasures.js'
export type {
  BackupEngine,
  BackupReader,
  Note,
  RestoredEvent,
  RestoreStart,
} from './kit/backup-engine.js'
export { createMemoryEngine } from './memory/engine.js'
export { createTables, type EventRow, type LookUp, type MemoryTables } from './memory/schema.js'
