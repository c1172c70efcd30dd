import type { Clients } from '../clients/clients.js'
import { evolve, foldClient } from '../domain/fold.js'
import type { ClientState } from '../domain/state.js'
import { isLive } from '../domain/status.js'
import type { ClientEvent, ClientObserved } from '../events/client-event.js'
import type { Session } from '../events/session.js'
import { toClient } from '../projections/client.js'
import { toSessions } from '../projections/sessions.js'
import type { ClerkApi } from './clerk-api.js'
import { driftBetween, type Drift } from './drift.js'
import { observe } from './observe.js'

/** What a comparison reads, and by which clock (epoch milliseconds). */
export interface ComparisonSources {
  readonly clients: Clients
  readonly api: ClerkApi
  readonly now: () => number
}

/** A client of the log beside the same client at Clerk. */
export type Comparison =
  | {
      readonly _tag: 'Compared'
      readonly drift: ReadonlyArray<Drift>
      readonly event: ClientObserved
      /** True if the log would answer otherwise with this event. */
      readonly isNews: boolean
      /** Who has, or had, sessions on the client. */
      readonly userIds: ReadonlyArray<string>
    }
  /** Clerk does not have the client, or no longer. */
  | {
      readonly _tag: 'Gone'
      /** False if the log does not have the client either. */
      readonly isInLog: boolean
      /** The ids of the sessions that are live in the log. */
      readonly live: ReadonlyArray<string>
      readonly userIds: ReadonlyArray<string>
    }
  | { readonly _tag: 'Unclear'; readonly reason: string }

const usersOf = (sessions: ReadonlyArray<Session>): ReadonlyArray<string> => [
  ...new Set(sessions.map(({ user_id }) => user_id)),
]

/** Everything that can be read from a state. */
const readable = (state: ClientState): string =>
  state.id === null ? '' : JSON.stringify([toClient(state), toSessions([state])])

/**
 * Compares a client of the log, or one that the log does not have, with Clerk's answer.
 *
 * @param listed - the sessions of this client that Clerk lists for their users
 */
export const compareClient = async (
  clientId: string,
  { clients, api, now }: ComparisonSources,
  listed: ReadonlyArray<Session> = [],
): Promise<Comparison> => {
  const history = await clients.history(clientId)
  const state = foldClient(history.map(({ event }): ClientEvent => event))
  const at = now()
  const states = state.id === null ? [] : [state]
  const sessions = toSessions(states, {}, { at })
  const live = sessions.filter(({ status }) => isLive(status)).map(({ id }) => id)
  const known = { live, recorded: toSessions(states), listed }
  const outcome = await observe(api, clientId, known, now)
  if (outcome._tag === 'Unclear') return outcome
  if (outcome._tag === 'Gone') {
    return { _tag: 'Gone', isInLog: state.id !== null, live, userIds: usersOf(sessions) }
  }
  const { event } = outcome
  const drift: ReadonlyArray<Drift> =
    state.id === null
      ? [{ _tag: 'ClientMissing', sessions: event.data.sessions.length }]
      : driftBetween(toClient(state, { at }), sessions, event.data)
  const isNews = readable(evolve(state, event)) !== readable(state)
  const userIds = usersOf([...sessions, ...event.data.sessions])
  return { _tag: 'Compared', drift, event, isNews, userIds }
}
