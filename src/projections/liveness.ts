import { isLive } from '../domain/status.js'
import type { Session, SessionStatus } from '../events/session.js'
import { statusAt } from './session.js'

/** The statuses of a session that is in use. */
export type LiveStatus = Extract<SessionStatus, 'active' | 'pending'>

/** The statuses of a session that is not in use any more. */
export type OverStatus = Exclude<SessionStatus, LiveStatus>

/** Whether a session is in use at a moment. */
export type Liveness =
  | { readonly answer: 'live'; readonly status: LiveStatus }
  | {
      readonly answer: 'over'
      readonly status: OverStatus
      /** Since when, in epoch milliseconds: its `expire_at` or `abandon_at` if that came, else its `updated_at`. */
      readonly since: number
    }

const isLiveStatus = (status: SessionStatus): status is LiveStatus => isLive(status)

/** Whether a session is in use at a moment, by the status that {@link statusAt} reads for it. */
export const livenessOf = (
  session: Pick<Session, 'status' | 'expire_at' | 'abandon_at' | 'updated_at'>,
  at: number,
): Liveness => {
  const status = statusAt(session, at)
  if (isLiveStatus(status)) return { answer: 'live', status }
  const { expire_at, abandon_at, updated_at } = session
  // A status that is not the recorded one was read by the clock.
  const moment = status === 'expired' ? expire_at : abandon_at
  return { answer: 'over', status, since: status === session.status ? updated_at : moment }
}
