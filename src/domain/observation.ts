import { fromCompare, type Ord } from 'fp-ts/lib/Ord.js'
import type { Ordering } from 'fp-ts/lib/Ordering.js'
import { saidAt, type ClientObserved } from '../events/client-event.js'
import { compareValues } from './session-version.js'

/** What only the Backend API says of a client, and when. Times are epoch milliseconds. */
export interface Observation {
  readonly updated_at: number
  readonly saidAt: number
  readonly sign_in_id: string | null
  readonly sign_up_id: string | null
  readonly last_active_session_id: string | null
  readonly last_authentication_strategy: string | null
}

/** What an event has observed. */
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

/** Which of two observations counts: the later `updated_at`, then the later said, then by JSON text. */
export const compareObservations = (left: Observation, right: Observation): Ordering =>
  compareValues(left.updated_at, right.updated_at) ||
  compareValues(left.saidAt, right.saidAt) ||
  compareValues(observationText(left), observationText(right))

/** {@link compareObservations} as fp-ts `Ord`. */
export const observationOrd: Ord<Observation> = fromCompare(compareObservations)
