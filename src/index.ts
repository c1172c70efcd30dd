/**
 * Folds Clerk's session events into the documented Client, for now or for any moment in the past.
 *
 * @packageDocumentation
 */

// Events: decode what Clerk sends.
export {
  clientIdOf,
  type ClientEvent,
  type ClientObserved,
  type SessionEvent,
} from './events/client-event.js'
export type { Client } from './events/client.js'
export { describeParseError, type DecodeError, type ParseError } from './events/decode-error.js'
export { decodeEvent, parseEvent } from './events/decode-event.js'
export { eventText } from './events/encode-event.js'
export type { Session, SessionStatus } from './events/session.js'

// Client: fold events, and read the documented objects from the result.
export { fold, foldClient } from './domain/fold.js'
export type { ClientState } from './domain/state.js'
export { toClient } from './projections/client.js'
export { clientAsOf, type ClientQuery } from './projections/client-query.js'
export { toSessions } from './projections/sessions.js'
export type { Device } from './projections/devices.js'

// Decide: for a service that is itself the authority over sessions.
export { clientAggregate } from './domain/client-aggregate.js'
export { describeClientError, type ClientError } from './domain/client-error.js'
export type { ClientCommand } from './domain/command.js'

// Store: where events are kept.
export type { EventStore } from './event-store/event-store.js'
export type { RecordOutcome } from './event-store/record-outcome.js'
export type { RecordedEvent } from './event-store/recorded-event.js'
export { CorruptRecord, ForeignPosition, StoreUnavailable } from './event-store/store-error.js'
export { openMemoryStore } from './stores/memory/open.js'
export type { MemoryStoreOptions } from './stores/memory/options.js'

// Service: a store opened as clients.
export { BelowHorizon } from './clients/below-horizon.js'
export { openClients, type Clients } from './clients/clients.js'
export type { ClientsOptions } from './clients/clients-options.js'
export type { ExecuteError, ExecuteResult, TooMuchContention } from './clients/execute.js'
export type { Cancellation, ListPage, ListQuery, SessionsQuery } from './clients/query.js'
export type { DevicesQuery } from './clients/devices-query.js'
export type { Question } from './clients/question.js'
export type { ChangesProgress, ChangesQuery, ClientChange } from './clients/client-change.js'
export type { CatchUpOptions, KeepUpOptions, ViewsControl, ViewsStatus } from './views/views.js'
export { TooManyQuestions } from './clients/too-many-questions.js'
export type { ClientsEvents } from './clients/listeners.js'
