import { fromCompare, type Ord } from 'fp-ts/lib/Ord.js'
import type { Ordering } from 'fp-ts/lib/Ordering.js'
import { documentedSession, type Session } from '../events/session.js'
import { severity, stageRank } from './status.js'

/** A session as it was said to be, and when that was said (epoch milliseconds). */
export interface SessionVersion {
  readonly session: Session
  readonly saidAt: number
}

/** Numbers by size, strings by UTF-16 code units: the order of JavaScript's own `<`. */
export const compareValues = <A extends number | string>(left: A, right: A): Ordering =>
  left < right ? -1 : left > right ? 1 : 0

const sessionText = (session: Session): string => JSON.stringify(documentedSession(session))

/**
 * Which of two versions of one session counts. A total order, so that it does not matter which of
 * the two came first:
 *
 * 1. the later stage: what is over is never live again, what is removed stays removed;
 * 2. the later `updated_at`: within a stage, Clerk's own clock tells (active and pending alternate);
 * 3. what was said later;
 * 4. the severer status: where nothing tells the order, the less privileged status wins;
 * 5. the JSON text, so that different content never counts as equal.
 */
export const compareVersions = (left: SessionVersion, right: SessionVersion): Ordering => {
  const a = left.session
  const b = right.session
  return (
    compareValues(stageRank(a.status), stageRank(b.status)) ||
    compareValues(a.updated_at, b.updated_at) ||
    compareValues(left.saidAt, right.saidAt) ||
    compareValues(severity(a.status), severity(b.status)) ||
    // Writing both texts is dear, and needed only for ties that are not the same object.
    (a === b ? 0 : compareValues(sessionText(a), sessionText(b)))
  )
}

/** {@link compareVersions} as fp-ts `Ord`. */
export const sessionVersionOrd: Ord<SessionVersion> = fromCompare(compareVersions)
