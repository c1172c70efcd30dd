import { isDeepStrictEqual } from 'node:util'
import { isLive } from '../domain/status.js'
import type { Client } from '../events/client.js'
import type { Session, SessionStatus } from '../events/session.js'

/** A difference between the log and Clerk. */
export type Drift =
  /** Clerk has a client of which the log has no event. `sessions` says how many sessions it has. */
  | { readonly _tag: 'ClientMissing'; readonly sessions: number }
  /** Clerk lists a session that no event of the log mentions. */
  | { readonly _tag: 'SessionMissing'; readonly sessionId: string; readonly clerk: SessionStatus }
  /** `clerk` is null if the session is live in the log, and Clerk does not know it, or no longer. */
  | {
      readonly _tag: 'StatusDiffers'
      readonly sessionId: string
      readonly log: SessionStatus
      readonly clerk: SessionStatus | null
    }
  /** Other keys of a session differ. It names the keys, not their values. */
  | {
      readonly _tag: 'SessionDiffers'
      readonly sessionId: string
      readonly keys: ReadonlyArray<string>
    }
  /** Keys of the client itself differ: pointers and times, which no webhook carries. */
  | { readonly _tag: 'ClientDiffers'; readonly keys: ReadonlyArray<string> }

const POINTERS_AND_TIMES = [
  'sign_in_id',
  'sign_up_id',
  'last_active_session_id',
  'last_authentication_strategy',
  'updated_at',
  'created_at',
] as const satisfies ReadonlyArray<keyof Client>

const differingKeys = (log: Session, clerk: Session): ReadonlyArray<string> =>
  [...new Set([...Object.keys(log), ...Object.keys(clerk)])]
    .filter((key) => key !== 'status')
    .filter((key) => !isDeepStrictEqual(log[key as keyof Session], clerk[key as keyof Session]))

const sessionDrift = (log: Session | undefined, clerk: Session): ReadonlyArray<Drift> => {
  const { id: sessionId } = clerk
  if (log === undefined) {
    return [{ _tag: 'SessionMissing', sessionId, clerk: clerk.status }]
  }
  const keys = differingKeys(log, clerk)
  return [
    ...(log.status === clerk.status
      ? []
      : [{ _tag: 'StatusDiffers', sessionId, log: log.status, clerk: clerk.status } as const]),
    ...(keys.length === 0 ? [] : [{ _tag: 'SessionDiffers', sessionId, keys } as const]),
  ]
}

/**
 * The differences between the log and Clerk. A session that is over in the log and missing at Clerk is not
 * one: Clerk deletes old sessions, and the log keeps them.
 *
 * @param log - the Client of the log, read by the same clock
 * @param logSessions - all sessions that the log has of the client, removed ones too
 * @param clerk - the Client of Clerk, with the sessions that it does not list but still knows
 */
export const driftBetween = (
  log: Client,
  logSessions: ReadonlyArray<Session>,
  clerk: Client,
): ReadonlyArray<Drift> => {
  const logById = new Map(logSessions.map((session) => [session.id, session]))
  const clerkIds = new Set(clerk.sessions.map(({ id }) => id))
  const unknownToClerk = logSessions.filter(({ id, status }) => isLive(status) && !clerkIds.has(id))
  const keys = POINTERS_AND_TIMES.filter((key) => log[key] !== clerk[key])
  return [
    ...clerk.sessions.flatMap((session) => sessionDrift(logById.get(session.id), session)),
    ...unknownToClerk.map(({ id, status }) => ({
      ...({ _tag: 'StatusDiffers', sessionId: id, log: status, clerk: null } as const),
    })),
    ...(keys.length === 0 ? [] : [{ _tag: 'ClientDiffers', keys } as const]),
  ]
}
