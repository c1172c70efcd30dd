import { checkMoment } from '../domain/check-moment.js'
import { putVersion, type ExistingClient, type SessionVersion } from '../domain/state.js'
import { compareNewestFirst } from '../events/order.js'
import type { Session, SessionStatus } from '../events/session.js'
import { sessionAt } from './session.js'

/** Selects sessions; a key that is absent does not narrow the selection. */
export interface SessionFilter {
  readonly userId?: string
  readonly clientId?: string
  /** The status that the session reads by the clock. */
  readonly status?: SessionStatus
}

/** The sessions of many clients, by session id. */
export type SessionVersions = Map<string, SessionVersion>

/**
 * Puts a version of a session among the sessions of many clients. A session id that two clients claim
 * is one session: the greatest version of it. True if the version was put.
 */
export const putSharedSession = (sessions: SessionVersions, version: SessionVersion): boolean =>
  putVersion(sessions, version)

const sharedSessions = (clients: Iterable<ExistingClient>): Iterable<SessionVersion> => {
  const sessions: SessionVersions = new Map()
  for (const client of clients) {
    for (const version of client.sessions.values()) putSharedSession(sessions, version)
  }
  return sessions.values()
}

/**
 * Sessions over all clients, as `GET /v1/sessions` answers them: newest first by creation. Removed
 * sessions are among them, although no Client lists them.
 *
 * @param at - the clock, in epoch milliseconds; without it, statuses read as recorded
 * @throws TypeError if `at` is no finite number of epoch milliseconds.
 * @example
 * import { fold, toSessions } from 'clientfold'
 * import { exampleEvents } from 'clientfold/testing'
 * const sessions = toSessions(fold(exampleEvents).values(), { userId: 'user_grace' })
 * sessions.map(({ id }) => id) // => ['sess_grace_2', 'sess_grace_on_ada', 'sess_grace_1']
 */
export const toSessions = (
  clients: Iterable<ExistingClient>,
  filter: SessionFilter = {},
  { at }: { readonly at?: number | undefined } = {},
): ReadonlyArray<Session> => {
  checkMoment('at', at)
  const { userId, clientId, status } = filter
  return Array.from(sharedSessions(clients), ({ session }) => sessionAt(session, at))
    .filter(
      (session) =>
        (userId === undefined || session.user_id === userId) &&
        (clientId === undefined || session.client_id === clientId) &&
        (status === undefined || session.status === status),
    )
    .sort(compareNewestFirst)
}
