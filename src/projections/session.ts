import { isLive } from '../domain/status.js'
import { documentedSession, type Session, type SessionStatus } from '../events/session.js'

/**
 * The status that a session reads at a moment. Clerk announces neither expiry nor abandonment, so a
 * live session whose `expire_at` has come reads expired, else one whose `abandon_at` has come reads
 * abandoned. An estimate: Clerk may move `expire_at` without an event.
 *
 * @param at - epoch milliseconds; without it, the status as recorded
 */
export const statusAt = (session: Session, at?: number): SessionStatus => {
  if (at === undefined || !isLive(session.status)) return session.status
  if (session.expire_at <= at) return 'expired'
  return session.abandon_at <= at ? 'abandoned' : session.status
}

/** The documented Session with the status that it reads at a moment; `at` as in {@link statusAt}. */
export const sessionAt = (session: Session, at?: number): Session => {
  const status = statusAt(session, at)
  return documentedSession(status === session.status ? session : { ...session, status })
}
