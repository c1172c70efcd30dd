import { isDeepStrictEqual } from 'node:util'
import { isLive } from '../domain/status.js'
import type { Client } from '../events/client.js'
import type { Session, SessionStatus } from '../events/session.js'

/** Something that the log has otherwise than Clerk. */
export type Drift =
  /** Clerk lists a session of which the log has heard nothing. */
  | { readonly _tag: 'SessionMissing'; readonly sessionId: string; readonly clerk: SessionStatus }
  /** `clerk` is null for a session that is live in the log and that Clerk does not know (any more). */
  | {
      readonly _tag: 'StatusDiffers'
      readonly sessionId: string
      readonly log: SessionStatus
      readonly clerk: SessionStatus | null
    }
  /** Of a session, something else: which keys, and not what they hold. */
  | {
      readonly _tag: 'SessionDiffers'
      readonly sessionId: string
      readonly keys: ReadonlyArray<string>
    }
  /** Of the client itself: what no webhook says, pointers and times. */
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
 * What the log has otherwise than Clerk. Sessions that are over in the log and that Clerk does not list
 * are no drift: it cleans old ones away, and here they stay.
 *
 * @param log - the Client as the log has it, by the same clock
 * @param known - all sessions that the log knows of the client, removed ones too
 * @param clerk - the Client as Clerk has it, with what it does not list and yet knows
 */
export const driftBetween = (
  log: Client,
  known: ReadonlyArray<Session>,
  clerk: Client,
): ReadonlyArray<Drift> => {
  const here = new Map(known.map((session) => [session.id, session]))
  const there = new Set(clerk.sessions.map(({ id }) => id))
  const unknown = known.filter(({ id, status }) => isLive(status) && !there.has(id))
  const keys = POINTERS_AND_TIMES.filter((key) => log[key] !== clerk[key])
  return [
    ...clerk.sessions.flatMap((session) => sessionDrift(here.get(session.id), session)),
    ...unknown.map(({ id, status }) => ({
      ...({ _tag: 'StatusDiffers', sessionId: id, log: status, clerk: null } as const),
    })),
    ...(keys.length === 0 ? [] : [{ _tag: 'ClientDiffers', keys } as const]),
  ]
}
