import type { KnownClient } from '../domain/client-state.js'
import { compareValues, compareVersions, type SessionVersion } from '../domain/session-version.js'
import type { Session, SessionStatus } from '../events/session.js'
import { sessionAt } from './session.js'

/** Which sessions to answer. A key that is left out does not narrow the answer. */
export interface SessionFilter {
  readonly userId?: string
  readonly clientId?: string
  /** The status that the session reads by the clock. */
  readonly status?: SessionStatus
}

/** A session id that two clients claim is one session: the greatest version of it. */
const greatestVersions = (clients: Iterable<KnownClient>): Iterable<SessionVersion> => {
  const greatest = new Map<string, SessionVersion>()
  for (const client of clients) {
    for (const [id, version] of client.sessions) {
      const present = greatest.get(id)
      if (present === undefined || compareVersions(present, version) < 0) greatest.set(id, version)
    }
  }
  return greatest.values()
}

const compareNewestFirst = (left: Session, right: Session): number =>
  compareValues(right.created_at, left.created_at) || compareValues(right.id, left.id)

/**
 * Sessions over all clients: what `GET /v1/sessions` answers, newest first by creation. Removed
 * sessions are among them, though no Client lists them.
 *
 * @param at - the clock, in epoch milliseconds; without it, statuses read as recorded
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { fold, parseEvent, toSessions } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * const sessions = toSessions(fold(events).values(), { userId: 'user_grace' })
 * sessions.map(({ id }) => id) // => ['sess_grace_2', 'sess_grace_on_ada', 'sess_grace_1']
 */
export const toSessions = (
  clients: Iterable<KnownClient>,
  filter: SessionFilter = {},
  { at }: { readonly at?: number | undefined } = {},
): ReadonlyArray<Session> => {
  const { userId, clientId, status } = filter
  return Array.from(greatestVersions(clients), ({ session }) => sessionAt(session, at))
    .filter(
      (session) =>
        (userId === undefined || session.user_id === userId) &&
        (clientId === undefined || session.client_id === clientId) &&
        (status === undefined || session.status === status),
    )
    .sort(compareNewestFirst)
}
