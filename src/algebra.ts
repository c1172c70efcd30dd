/**
 * The parts of which the fold is made, for code that folds, merges and projects by itself:
 * `clientfold/algebra`.
 *
 * @packageDocumentation
 */
import type { JoinSemilattice } from 'fp-ts/lib/JoinSemilattice.js'
import type { Monoid } from 'fp-ts/lib/Monoid.js'
import { fromCompare, type Ord } from 'fp-ts/lib/Ord.js'
import {
  compareObservations,
  compareVersions,
  concat,
  concatClients,
  NO_CLIENT,
  type ClientState,
  type ClientStates,
  type Observation,
  type SessionVersion,
} from './domain/state.js'
import { concatDevices, NO_DEVICES, type DeviceStates } from './domain/device-states.js'

// The join, and its orders, as fp-ts instances.

/** The order of the versions of one session, as fp-ts `Ord`: the greatest version counts. */
export const sessionVersionOrd: Ord<SessionVersion> = fromCompare(compareVersions)

/** The order of the observations of one client, as fp-ts `Ord`: the greatest observation counts. */
export const observationOrd: Ord<Observation> = fromCompare(compareObservations)

/** The join of the states of one client, as fp-ts `JoinSemilattice`. */
export const clientStateSemilattice: JoinSemilattice<ClientState> = { join: concat }

/** The join of the states of one client, with the state before any event, as fp-ts `Monoid`. */
export const clientStateMonoid: Monoid<ClientState> = { concat, empty: NO_CLIENT }

/**
 * The join of the states of many clients, as fp-ts `Monoid`: the union of both maps, with the states
 * joined where both maps have a client. It is commutative and idempotent too.
 */
export const clientsMonoid: Monoid<ClientStates> = { concat: concatClients, empty: new Map() }

/** The join of what is known about devices, as fp-ts `Monoid`. It is commutative and idempotent too. */
export const devicesMonoid: Monoid<DeviceStates> = { concat: concatDevices, empty: NO_DEVICES }

// State, fold and decision.
export { compact, startCompaction, type CompactionInProgress } from './domain/compact.js'
export { decide, type Decision } from './domain/decide.js'
export { FACT_NAMES, type DeviceFacts, type Fact, type FactName } from './domain/device-facts.js'
export {
  concatDevices,
  foldDevices,
  NO_DEVICES,
  type DeviceStates,
} from './domain/device-states.js'
export { evolve, startFold, type FoldInProgress, type Moments } from './domain/fold.js'
export { stateText } from './domain/state-text.js'
export {
  concat,
  NO_CLIENT,
  type ClientStates,
  type ExistingClient,
  type NoClient,
  type Observation,
  type SessionVersion,
} from './domain/state.js'
export { isLive, stageOf, type Stage } from './domain/status.js'

// Events.
export {
  knownSince,
  saidAt,
  SESSION_EVENT_TYPES,
  type EventEnvelope,
  type SessionEventType,
} from './events/client-event.js'
export { documentedClient, type ClientContent } from './events/client.js'
export type { DecodeIssue } from './events/decode-error.js'
export { encodeEvent, eventIdentity } from './events/encode-event.js'
export type { Json, JsonObject } from './events/json.js'
export { readTime } from './events/moment.js'
export { isSameEvent } from './events/same-event.js'
export { SESSION_STATUSES, type DocumentedActivity, type LatestActivity } from './events/session.js'

// Projections.
export type { ProjectionOptions } from './projections/client.js'
export { clientCombiner, type Combiner } from './projections/client-combiner.js'
export { projectionOf } from './projections/client-query.js'
export { sessionAt, statusAt, type SessionClock } from './projections/session.js'
export type { SessionFilter } from './projections/sessions.js'
export type { DeviceDescription } from './projections/device-description.js'
export { toDevices, type DeviceFilter, type DeviceSession } from './projections/devices.js'
export type { DeviceKind } from './projections/user-agent.js'
