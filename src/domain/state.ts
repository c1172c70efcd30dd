import { saidAt, type ClientObserved } from '../events/client-event.js'
import { compareValues, type Ordering } from '../events/order.js'
import { documentedSession, type Session } from '../events/session.js'
import { severity, stageRank } from './status.js'

/** A session as one event described it, and when that was said (epoch milliseconds). */
export interface SessionVersion {
  readonly session: Session
  readonly saidAt: number
}

const sessionText = (session: Session): string => JSON.stringify(documentedSession(session))

/** What decides between most versions of a session. */
export type SessionMoment = Pick<Session, 'status' | 'updated_at'>

const compareStages = (left: SessionMoment, right: SessionMoment): Ordering =>
  compareValues(stageRank(left.status), stageRank(right.status))

const compareUpdates = (left: SessionMoment, right: SessionMoment): Ordering =>
  compareValues(left.updated_at, right.updated_at)

/** The first two rules of {@link compareVersions}: the stage, then `updated_at`. */
export const compareMoments = (left: SessionMoment, right: SessionMoment): Ordering =>
  compareStages(left, right) || compareUpdates(left, right)

/**
 * The rules that decide which of two versions of one session counts, the first rule first:
 *
 * 1. `stage`, the later one: a session that is over is never live again, a removed one stays removed;
 * 2. `updated_at`, the later one: within a stage, Clerk's own clock decides (active and pending alternate);
 * 3. `said`: the version that was said later;
 * 4. `severity`, the severer status: where no time decides, the less privileged status wins;
 * 5. `text`, the greater JSON text, so that different content never counts as equal.
 */
export const VERSION_RULES = ['stage', 'updated_at', 'said', 'severity', 'text'] as const

/** The name of a rule that decides between versions of a session. */
export type VersionRule = (typeof VERSION_RULES)[number]

const COMPARISONS: Readonly<
  Record<VersionRule, (left: SessionVersion, right: SessionVersion) => Ordering>
> = {
  stage: (left, right) => compareStages(left.session, right.session),
  updated_at: (left, right) => compareUpdates(left.session, right.session),
  said: (left, right) => compareValues(left.saidAt, right.saidAt),
  severity: ({ session: left }, { session: right }) =>
    compareValues(severity(left.status), severity(right.status)),
  // Writing both texts is slow, and needed only for ties between different objects.
  text: ({ session: left }, { session: right }) =>
    left === right ? 0 : compareValues(sessionText(left), sessionText(right)),
}

/** The first rule by which two versions of one session differ; null if they are equal. */
export const decidingRule = (left: SessionVersion, right: SessionVersion): VersionRule | null => {
  for (const rule of VERSION_RULES) if (COMPARISONS[rule](left, right) !== 0) return rule
  return null
}

/**
 * Decides which of two versions of one session counts, by the first of {@link VERSION_RULES} by which they
 * differ. The order is total, so that it does not matter which of the two came first.
 */
export const compareVersions = (left: SessionVersion, right: SessionVersion): Ordering => {
  for (const rule of VERSION_RULES) {
    const order = COMPARISONS[rule](left, right)
    if (order !== 0) return order
  }
  return 0
}

/** What only the Backend API knows about a client, and when it was said. Times are epoch milliseconds. */
export interface Observation {
  readonly updated_at: number
  readonly saidAt: number
  readonly sign_in_id: string | null
  readonly sign_up_id: string | null
  readonly last_active_session_id: string | null
  readonly last_authentication_strategy: string | null
}

/** The observation that an event records. */
export const observationOf = (event: ClientObserved): Observation => ({
  updated_at: event.data.updated_at,
  saidAt: saidAt(event),
  sign_in_id: event.data.sign_in_id,
  sign_up_id: event.data.sign_up_id,
  last_active_session_id: event.data.last_active_session_id,
  last_authentication_strategy: event.data.last_authentication_strategy,
})

const observationText = (observation: Observation): string =>
  JSON.stringify([
    observation.sign_in_id,
    observation.sign_up_id,
    observation.last_active_session_id,
    observation.last_authentication_strategy,
  ])

/**
 * Decides which of two observations counts: the later `updated_at`, then the one that was said later,
 * then the greater JSON text.
 */
export const compareObservations = (left: Observation, right: Observation): Ordering =>
  compareValues(left.updated_at, right.updated_at) ||
  compareValues(left.saidAt, right.saidAt) ||
  compareValues(observationText(left), observationText(right))

/** A client without any event: it does not exist. */
export interface NoClient {
  readonly id: null
}

/** A client that exists: everything its events have said. All times are epoch milliseconds. */
export interface ExistingClient {
  readonly id: string
  /** For every session id ever seen, the greatest version of it; removed sessions too. */
  readonly sessions: ReadonlyMap<string, SessionVersion>
  /** The greatest observation; null if there was no observation. */
  readonly observation: Observation | null
  /** The least `created_at` seen, of sessions and observations. */
  readonly created_at: number
  /** The greatest `updated_at` seen, of sessions and observations. */
  readonly updated_at: number
}

/**
 * The state of one client: a join-semilattice. States only grow, and joining two of them keeps the
 * greater of everything, so that order, duplicates and the splitting of work do not matter.
 */
export type ClientState = NoClient | ExistingClient

/** The state before any event. */
export const NO_CLIENT: NoClient = { id: null }

/** The states of many clients, by client id. */
export type ClientStates = ReadonlyMap<string, ExistingClient>

/**
 * A client's state while it is being built: the local, mutable side of the pure functions `concat`,
 * `evolve` and `fold`. All three keep the greater of everything through the `put…` functions below,
 * and hand the draft out when it is finished. Only a fold in progress shows drafts that still grow.
 */
export interface Draft extends ExistingClient {
  readonly id: string
  readonly sessions: Map<string, SessionVersion>
  observation: Observation | null
  created_at: number
  updated_at: number
}

/** A draft that holds nothing yet: its bounds are the neutral elements of min and max. */
export const emptyDraft = (id: string): Draft => ({
  id,
  sessions: new Map(),
  observation: null,
  created_at: Infinity,
  updated_at: -Infinity,
})

/**
 * A draft that continues from a state of the client `id`, and leaves that state unchanged.
 *
 * @throws TypeError if the state is of another client: a defect of the caller.
 */
export const draftOf = (state: ClientState, id: string): Draft => {
  if (state.id === null) return emptyDraft(id)
  if (state.id !== id) throw new TypeError('states and events of two clients cannot be joined')
  return { ...state, sessions: new Map(state.sessions) }
}

/** Widens the bounds of a client's life. True if that changed the draft. */
const putBounds = (draft: Draft, created_at: number, updated_at: number): boolean => {
  if (created_at >= draft.created_at && updated_at <= draft.updated_at) return false
  draft.created_at = Math.min(draft.created_at, created_at)
  draft.updated_at = Math.max(draft.updated_at, updated_at)
  return true
}

/** Puts a version where it is greater than the present one of its session. True if it was put. */
export const putVersion = (
  versions: Map<string, SessionVersion>,
  version: SessionVersion,
): boolean => {
  const { id } = version.session
  const present = versions.get(id)
  if (present !== undefined && compareVersions(present, version) >= 0) return false
  versions.set(id, version)
  return true
}

/** Puts a version of a session, and widens the bounds by it. True if that changed the draft. */
export const putSession = (draft: Draft, version: SessionVersion): boolean => {
  const { created_at, updated_at } = version.session
  const isWidened = putBounds(draft, created_at, updated_at)
  return putVersion(draft.sessions, version) || isWidened
}

const putGreaterObservation = (draft: Draft, observation: Observation): boolean => {
  const present = draft.observation
  if (present !== null && compareObservations(present, observation) >= 0) return false
  draft.observation = observation
  return true
}

/** Puts an observation, and widens the bounds by it. True if that changed the draft. */
export const putObservation = (
  draft: Draft,
  observation: Observation,
  created_at: number,
): boolean => {
  const isWidened = putBounds(draft, created_at, observation.updated_at)
  return putGreaterObservation(draft, observation) || isWidened
}

/** The join of two states of one client that exists. */
const joinExisting = (left: ExistingClient, right: ExistingClient): ExistingClient => {
  const draft = draftOf(left, right.id)
  for (const version of right.sessions.values()) putSession(draft, version)
  if (right.observation !== null) putGreaterObservation(draft, right.observation)
  putBounds(draft, right.created_at, right.updated_at)
  return draft
}

/**
 * Joins two states of one client, such as those that two sources know: associative, commutative and
 * idempotent.
 *
 * @throws TypeError if the states are of two different clients: a defect of the caller.
 * @example
 * import { clientIdOf, foldClient } from 'clientfold'
 * import { concat, stateText } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const own = exampleEvents.filter((event) => clientIdOf(event) === 'client_ada_laptop')
 * const [checkpoint, rest] = [foldClient(own.slice(0, 4)), foldClient(own.slice(2))]
 * stateText(concat(checkpoint, rest)) // => stateText(foldClient(own))
 */
export const concat = (left: ClientState, right: ClientState): ClientState => {
  if (left.id === null) return right
  if (right.id === null) return left
  return joinExisting(left, right)
}

/** Joins two maps of states: their union, with the states joined where both maps have a client. */
export const concatClients = (left: ClientStates, right: ClientStates): ClientStates => {
  const joined = new Map(left)
  for (const [id, state] of right) {
    const present = joined.get(id)
    joined.set(id, present === undefined ? state : joinExisting(present, state))
  }
  return joined
}
