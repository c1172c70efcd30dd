import { clientIdOf, knownSince, saidAt, type ClientEvent } from '../events/client-event.js'
import type { Session } from '../events/session.js'
import type { ClientState } from './client-state.js'
import { draftOf, putObservation, putVersion, type Draft } from './draft.js'
import { isWithin, NO_HORIZON, type Horizon } from './horizon.js'
import { observationOf } from './observation.js'

/**
 * Puts into a draft what an event says, as far as the horizon lets it. True if that changed the
 * draft. The one place that knows what each event means for the state.
 */
export const absorb = (draft: Draft, event: ClientEvent, horizon: Horizon): boolean => {
  if (!isWithin(knownSince(event), horizon.knownAt)) return false
  const said = saidAt(event)
  const putSession = (session: Session): boolean =>
    isWithin(session.updated_at, horizon.asOf) && putVersion(draft, { session, saidAt: said })
  if (event.type !== 'client.observed') return putSession(event.data)

  const { sessions, created_at, updated_at } = event.data
  let changed =
    isWithin(updated_at, horizon.asOf) && putObservation(draft, observationOf(event), created_at)
  // Each session inside takes part by its own `updated_at`, whether or not the observation does.
  for (const session of sessions) changed = putSession(session) || changed
  return changed
}

/**
 * The state after an event. An event that says nothing new gives the very same state back.
 *
 * @throws TypeError if the event is of another client than the state: a defect of the caller.
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { clientIdOf, evolve, foldClient, NO_CLIENT, parseEvent, stateText } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * const own = events.filter((event) => clientIdOf(event) === 'client_ada_laptop')
 * stateText(own.reduce(evolve, NO_CLIENT)) // => stateText(foldClient(own))
 */
export const evolve = (state: ClientState, event: ClientEvent): ClientState => {
  const draft = draftOf(state, clientIdOf(event))
  return absorb(draft, event, NO_HORIZON) ? draft : state
}
