import type { ClientState, KnownClient } from './client-state.js'
import { compareObservations, type Observation } from './observation.js'
import { compareVersions, type SessionVersion } from './session-version.js'

/**
 * A client's state while it is being built. It is the local, mutable side of the pure functions
 * `concat`, `evolve` and `fold`, which all keep "the greater of everything" through the functions
 * below, and hand a draft out when it is done. Only a running `startFold` shows drafts that still grow.
 */
export interface Draft extends KnownClient {
  readonly id: string
  readonly sessions: Map<string, SessionVersion>
  observation: Observation | null
  created_at: number
  updated_at: number
}

/** A draft into which nothing was put yet: its bounds are the neutral elements of min and max. */
export const emptyDraft = (id: string): Draft => ({
  id,
  sessions: new Map(),
  observation: null,
  created_at: Infinity,
  updated_at: -Infinity,
})

/**
 * A draft that goes on from a state of the client `id`, and leaves that state as it is.
 *
 * @throws TypeError if the state is of another client: a defect of the caller.
 */
export const draftOf = (state: ClientState, id: string): Draft => {
  if (state.id === null) return emptyDraft(id)
  if (state.id !== id) throw new TypeError('what is said of two clients cannot become one state')
  return { ...state, sessions: new Map(state.sessions) }
}

/** Widens the bounds of a client's life. True if that changed the draft. */
const putBounds = (draft: Draft, created_at: number, updated_at: number): boolean => {
  if (created_at >= draft.created_at && updated_at <= draft.updated_at) return false
  draft.created_at = Math.min(draft.created_at, created_at)
  draft.updated_at = Math.max(draft.updated_at, updated_at)
  return true
}

/** Keeps the version if it is greater than the one known. True if that changed the draft. */
export const putVersion = (draft: Draft, version: SessionVersion): boolean => {
  const { session } = version
  const widened = putBounds(draft, session.created_at, session.updated_at)
  const present = draft.sessions.get(session.id)
  if (present !== undefined && compareVersions(present, version) >= 0) return widened
  draft.sessions.set(session.id, version)
  return true
}

const keepObservation = (draft: Draft, observation: Observation): boolean => {
  const present = draft.observation
  if (present !== null && compareObservations(present, observation) >= 0) return false
  draft.observation = observation
  return true
}

/** Keeps the observation if it is greater than the one known. True if that changed the draft. */
export const putObservation = (
  draft: Draft,
  observation: Observation,
  created_at: number,
): boolean => {
  const widened = putBounds(draft, created_at, observation.updated_at)
  return keepObservation(draft, observation) || widened
}

/** Puts everything that a state holds. */
export const putState = (draft: Draft, state: KnownClient): void => {
  for (const version of state.sessions.values()) putVersion(draft, version)
  if (state.observation !== null) keepObservation(draft, state.observation)
  putBounds(draft, state.created_at, state.updated_at)
}
