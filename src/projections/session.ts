import { checkMoment } from '../domain/check-moment.js'
import { isLive } from '../domain/status.js'
import { documentedSession, type Session, type SessionStatus } from '../events/session.js'

/** What the status of a session at a moment depends on. Times are epoch milliseconds. */
export type SessionClock = Pick<Session, 'status' | 'expire_at' | 'abandon_at'>

/**
 * The status that a session reads at a moment. Clerk sends no event for expiry or abandonment, so a live
 * session whose `expire_at` has come reads expired, and else one whose `abandon_at` has come reads
 * abandoned. It is an estimate: Clerk may move `expire_at` without an event.
 *
 * @param at - epoch milliseconds; without it, the status as recorded
 * @throws TypeError if `at` is no finite number of epoch milliseconds.
 * @example
 * import { fold } from 'clientfold'
 * import { statusAt } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const version = fold(exampleEvents).get('client_ada_laptop')?.sessions.get('sess_ada_1')
 * if (version) statusAt(version.session, Date.UTC(2026, 5, 4, 8)) // => 'expired'
 */
export const statusAt = (session: SessionClock, at?: number): SessionStatus => {
  checkMoment('at', at)
  if (at === undefined || !isLive(session.status)) return session.status
  if (session.expire_at <= at) return 'expired'
  return session.abandon_at <= at ? 'abandoned' : session.status
}

/**
 * The documented Session with the status that it reads at a moment; `at` is as in `statusAt`.
 *
 * @example
 * import { fold } from 'clientfold'
 * import { sessionAt } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const version = fold(exampleEvents).get('client_ada_laptop')?.sessions.get('sess_ada_1')
 * if (version) sessionAt(version.session, Date.UTC(2026, 4, 29)).status // => 'active'
 */
export const sessionAt = (session: Session, at?: number): Session => {
  const status = statusAt(session, at)
  return documentedSession(status === session.status ? session : { ...session, status })
}
