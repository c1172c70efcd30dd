import type { SessionEventType } from '../events/client-event.js'
import type { SessionStatus } from '../events/session.js'

const DAY = 86_400_000

/** The status that each event brings in the lives of sessions that tests make up. */
export const STATUS_AFTER = {
  'session.created': 'active',
  'session.pending': 'pending',
  'session.ended': 'ended',
  'session.revoked': 'revoked',
  'session.removed': 'removed',
} as const satisfies Readonly<Record<SessionEventType, SessionStatus>>

/** When a session ends by the clock, with the times that Clerk gives unless told otherwise. Epoch milliseconds. */
export const expiryOf = (createdAt: number) => ({
  expireAt: createdAt + 7 * DAY,
  abandonAt: createdAt + 30 * DAY,
})

/** What a user has to do at first, where a session is pending. */
export const FIRST_TASKS = [{ key: 'choose-organization' }] as const
