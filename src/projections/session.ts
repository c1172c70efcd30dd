import { isLive } from '../domain/status.js'
import { documentedSession, type Session, type SessionStatus } from '../events/session.js'

/**
 * The status that a session reads at a moment. Clerk announces neither expiry nor abandonment, so a
 * live session whose `expire_at` has come reads expired, else one whose `abandon_at` has come reads
 * abandoned. An estimate: Clerk may move `expire_at` without an event.
 *
 * @param at - epoch milliseconds; without it, the status as recorded
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { fold, parseEvent, statusAt } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * const version = fold(events).get('client_ada_laptop')?.sessions.get('sess_ada_1')
 * if (version) statusAt(version.session, Date.UTC(2026, 5, 4, 8)) // => 'expired'
 */
export const statusAt = (session: Session, at?: number): SessionStatus => {
  if (at === undefined || !isLive(session.status)) return session.status
  if (session.expire_at <= at) return 'expired'
  return session.abandon_at <= at ? 'abandoned' : session.status
}

/**
 * The documented Session with the status that it reads at a moment; `at` as in {@link statusAt}.
 *
 * @example
 * import { readFileSync } from 'node:fs'
 * import { rights } from 'fp-ts/lib/ReadonlyArray.js'
 * import { fold, parseEvent, sessionAt } from 'clientfold'
 * const lines = readFileSync('examples/clerk-webhooks.ndjson', 'utf8').split('\n')
 * const events = rights(lines.map(parseEvent))
 * const version = fold(events).get('client_ada_laptop')?.sessions.get('sess_ada_1')
 * if (version) sessionAt(version.session, Date.UTC(2026, 4, 29)).status // => 'active'
 */
export const sessionAt = (session: Session, at?: number): Session => {
  const status = statusAt(session, at)
  return documentedSession(status === session.status ? session : { ...session, status })
}
