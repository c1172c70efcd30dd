/**
 * The details of the port `EventStore`, for code that uses a store directly or implements one:
 * `clientfold/event-store`.
 *
 * @packageDocumentation
 */
export type {
  Appended,
  AppendRefusal,
  ClientErased,
  EventIdConflict,
  ExpectedRevision,
  ReadFrom,
  RevisionConflict,
} from './event-store.js'
export type { Quarantine, QuarantinedDelivery } from './quarantine.js'
export type { UnavailableReason } from './store-error.js'
