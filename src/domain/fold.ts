import {
  clientIdOf,
  knownSince,
  saidAt,
  sessionsIn,
  type ClientEvent,
} from '../events/client-event.js'
import { checkMoment } from './check-moment.js'
import {
  draftOf,
  emptyDraft,
  NO_CLIENT,
  observationOf,
  putObservation,
  putSession,
  type ClientState,
  type ClientStates,
  type Draft,
  type Observation,
  type SessionVersion,
} from './state.js'

/**
 * Which facts take part in a fold, for travelling in time. Both bounds are epoch milliseconds,
 * inclusive, and may be given together.
 */
export interface Moments {
  /** What was true then, as is known today: session versions and observations with `updated_at <= asOf`. */
  readonly asOf?: number | undefined
  /** What was known then: events with `recorded_at <= knownAt`, or said by then if they lack it. */
  readonly knownAt?: number | undefined
}

/** Everything takes part. */
const NO_MOMENTS: Moments = {}

const isWithin = (time: number, bound: number | undefined): boolean =>
  bound === undefined || time <= bound

/**
 * The versions of sessions in an event, as far as the moments allow. Each takes part by its own `updated_at`,
 * whether or not the observation around it does.
 */
export const versionsWithin = (
  event: ClientEvent,
  { asOf, knownAt }: Moments,
): ReadonlyArray<SessionVersion> => {
  if (!isWithin(knownSince(event), knownAt)) return []
  const time = saidAt(event)
  return sessionsIn(event).flatMap((session) =>
    isWithin(session.updated_at, asOf) ? [{ session, saidAt: time }] : [],
  )
}

/** The observation in an event, as far as the moments allow; else null. */
export const observationWithin = (
  event: ClientEvent,
  { asOf, knownAt }: Moments,
): Observation | null =>
  event.type === 'client.observed' &&
  isWithin(knownSince(event), knownAt) &&
  isWithin(event.data.updated_at, asOf)
    ? observationOf(event)
    : null

/**
 * Puts what an event says into a draft, as far as the moments allow. True if that changed the draft.
 * This is the only place that knows what each event means for the state.
 */
const absorb = (draft: Draft, event: ClientEvent, moments: Moments): boolean => {
  const observation = observationWithin(event, moments)
  let isChanged = observation !== null && putObservation(draft, observation, event.data.created_at)
  for (const version of versionsWithin(event, moments)) {
    isChanged = putSession(draft, version) || isChanged
  }
  return isChanged
}

/**
 * The state after one more event. An event that says nothing new gives the very same state back.
 *
 * @throws TypeError if the event is of another client than the state: a defect of the caller.
 * @example
 * import { clientIdOf, foldClient } from 'clientfold'
 * import { evolve, NO_CLIENT, stateText } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const own = exampleEvents.filter((event) => clientIdOf(event) === 'client_ada_laptop')
 * stateText(own.reduce(evolve, NO_CLIENT)) // => stateText(foldClient(own))
 */
export const evolve = (state: ClientState, event: ClientEvent): ClientState => {
  const draft = draftOf(state, clientIdOf(event))
  return absorb(draft, event, NO_MOMENTS) ? draft : state
}

/** A fold that takes events one by one, in any order: for logs that do not fit into an array. */
export interface FoldInProgress {
  readonly add: (event: ClientEvent) => void
  /** The states so far. The map grows as events are added: use it when all of them are added. */
  readonly clients: ClientStates
}

/**
 * Starts a fold of events of any number of clients, as far as they lie within the moments.
 *
 * @throws TypeError if a moment is no finite number of epoch milliseconds.
 * @example
 * import { startFold } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const { add, clients } = startFold()
 * exampleEvents.forEach(add)
 * clients.size // => 3
 */
export const startFold = (moments: Moments = NO_MOMENTS): FoldInProgress => {
  checkMoment('asOf', moments.asOf)
  checkMoment('knownAt', moments.knownAt)
  const drafts = new Map<string, Draft>()
  const add = (event: ClientEvent): void => {
    const id = clientIdOf(event)
    const present = drafts.get(id)
    const draft = present ?? emptyDraft(id)
    const isChanged = absorb(draft, event, moments)
    // A client whose events all lie beyond the moments does not exist.
    if (present === undefined && isChanged) drafts.set(id, draft)
  }
  return { add, clients: drafts }
}

/**
 * Folds events of any number of clients, in any order and with any duplicates. The result equals the
 * join of the states of the single events, without the cost of copying a state for each.
 *
 * @example
 * import { fold } from 'clientfold'
 * import { exampleEvents } from 'clientfold/testing'
 * fold(exampleEvents).size // => 3
 * fold(exampleEvents, { asOf: Date.UTC(2026, 4, 28, 9) }).size // => 1
 */
export const fold = (
  events: Iterable<ClientEvent>,
  moments: Moments = NO_MOMENTS,
): ClientStates => {
  const { add, clients } = startFold(moments)
  for (const event of events) add(event)
  return clients
}

/**
 * Folds the events of one client.
 *
 * @throws TypeError if the events are of several clients, or a moment is no finite number of epoch
 * milliseconds: a defect of the caller.
 * @example
 * import { clientIdOf, foldClient } from 'clientfold'
 * import { exampleEvents } from 'clientfold/testing'
 * const own = exampleEvents.filter((event) => clientIdOf(event) === 'client_ada_laptop')
 * foldClient(own).id // => 'client_ada_laptop'
 */
export const foldClient = (
  events: Iterable<ClientEvent>,
  moments: Moments = NO_MOMENTS,
): ClientState => {
  const [first, second] = fold(events, moments).values()
  if (second !== undefined) throw new TypeError('the events are of more than one client')
  return first ?? NO_CLIENT
}
