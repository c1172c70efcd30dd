export { documentedClient, type Client, type ClientContent } from './events/client.js'
export {
  clientIdOf,
  knownSince,
  saidAt,
  SESSION_EVENT_TYPES,
  type ClientEvent,
  type ClientObserved,
  type SessionEvent,
  type SessionEventType,
} from './events/client-event.js'
export {
  describeParseError,
  type DecodeError,
  type DecodeIssue,
  type InvalidEvent,
  type InvalidJson,
  type ParseError,
  type UnknownEventType,
} from './events/decode-error.js'
export { decodeEvent, parseEvent } from './events/decode-event.js'
export { encodeEvent, eventIdentity, eventText } from './events/encode-event.js'
export type { Json, JsonObject } from './events/json.js'
export {
  SESSION_STATUSES,
  type LatestActivity,
  type Session,
  type SessionStatus,
} from './events/session.js'
export { readTime } from './events/time.js'

export { clientAggregate } from './domain/client-aggregate.js'
export {
  describeClientError,
  type ClientError,
  type ClientMismatch,
  type InvalidCommand,
  type SessionAlreadyExists,
  type SessionAlreadyOver,
  type SessionNotFound,
  type TimeWentBackwards,
} from './domain/client-error.js'
export {
  NO_CLIENT,
  type ClientState,
  type KnownClient,
  type NoClient,
} from './domain/client-state.js'
export type {
  ClientCommand,
  CreateSession,
  EndSession,
  MarkSessionPending,
  RemoveSession,
  RevokeSession,
} from './domain/command.js'
export { decide, type Decision } from './domain/decide.js'
export { evolve } from './domain/evolve.js'
export { fold, foldClient, startFold, type Folding } from './domain/fold.js'
export type { Horizon } from './domain/horizon.js'
export { brokenInvariants, clientInvariants, type Invariant } from './domain/invariants.js'
export { observationOrd, type Observation } from './domain/observation.js'
export {
  clientsMonoid,
  clientStateMonoid,
  clientStateSemilattice,
  concat,
  type ClientStates,
} from './domain/semilattice.js'
export { sessionVersionOrd, type SessionVersion } from './domain/session-version.js'
export { stateText } from './domain/state-text.js'
export { isLive, stageOf, type Stage } from './domain/status.js'

export { toClient, type ProjectionOptions } from './projections/client.js'
export { clientAsOf, projectionOf, type View } from './projections/client-view.js'
export { sessionAt, statusAt } from './projections/session.js'
export { toSessions, type SessionFilter } from './projections/sessions.js'

export type {
  Appended,
  AppendRefusal,
  ClientErased,
  EventIdConflict,
  EventStore,
  ExpectedRevision,
  ReadFrom,
  Recording,
  RevisionConflict,
} from './event-store/event-store.js'
export type { Quarantine, QuarantinedDelivery } from './event-store/quarantine.js'
export type { Position, RecordedEvent } from './event-store/recorded-event.js'
export {
  CorruptRecord,
  StoreUnavailable,
  type UnavailableReason,
} from './event-store/store-error.js'
export { openMemoryStore, type MemoryStoreOptions } from './stores/memory/memory-store.js'

export { openClients, type Clients, type ClientsOptions } from './clients/clients.js'
export type { ExecuteError, ExecuteResult, TooMuchContention } from './clients/execute.js'
export type {
  Cancellation,
  ListPage,
  ListQuery,
  PageBounds,
  SessionsQuery,
} from './clients/query.js'
export type { ClientsEvents } from './clients/listeners.js'
