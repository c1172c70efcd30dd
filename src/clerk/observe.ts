import * as E from 'fp-ts/lib/Either.js'
import type { ClientObserved } from '../events/client-event.js'
import { describeParseError } from '../events/decode-error.js'
import { decodeEvent } from '../events/decode-event.js'
import { isPlainObject } from '../events/json.js'
import type { Session } from '../events/session.js'
import type { ClerkApi } from './clerk-api.js'

/** The outcome of reading a client from Clerk. */
export type ObserveOutcome =
  | { readonly _tag: 'Seen'; readonly event: ClientObserved }
  | { readonly _tag: 'Gone' }
  /** There was no answer, or one that is not the documented Client. The reason quotes no value. */
  | { readonly _tag: 'Unclear'; readonly reason: string }

/** The sessions of a client in the log. */
export interface LogSessions {
  /** The ids of the sessions that are live by the clock of now. */
  readonly live: ReadonlyArray<string>
  /** All sessions, as they were recorded. */
  readonly recorded: ReadonlyArray<Session>
}

const unclear = (reason: string): ObserveOutcome => ({ _tag: 'Unclear', reason })

const listedIds = (body: Readonly<Record<string, unknown>>): ReadonlySet<unknown> =>
  new Set(
    Array.isArray(body.sessions)
      ? body.sessions.map((session: unknown) => isPlainObject(session) && session.id)
      : [],
  )

/** The optional keys of a session: an answer may lack them although they have a value. */
const OPTIONAL = ['actor', 'last_active_organization_id', 'latest_activity', 'tasks'] as const

/**
 * An answer that lacks an optional key says nothing about it. Of two versions with one `updated_at` the one
 * said later wins, so keys that the log has for that very version, such as `tasks`, must be copied over.
 */
const withKeysOfLog = (session: Session, logSession: Session | undefined): Session => {
  if (logSession?.updated_at !== session.updated_at || logSession.status !== session.status) {
    return session
  }
  const missing = OPTIONAL.filter((key) => !(key in session) && key in logSession)
  return { ...session, ...Object.fromEntries(missing.map((key) => [key, logSession[key]])) }
}

const decodeObservation = (
  body: Readonly<Record<string, unknown>>,
  timestamp: number,
  logSessions: ReadonlyMap<string, Session>,
): ObserveOutcome => {
  const decoded = decodeEvent({ type: 'client.observed', timestamp, data: body })
  if (E.isLeft(decoded)) return unclear(describeParseError(decoded.left))
  const event = decoded.right as ClientObserved
  const sessions = event.data.sessions.map((each) => withKeysOfLog(each, logSessions.get(each.id)))
  return { _tag: 'Seen', event: { ...event, data: { ...event.data, sessions } } }
}

/**
 * Reads a client from Clerk. If a session is live in the log and not listed there, either its sign-out
 * webhook was lost, or Clerk deleted it. So that session is read by its own id, and put among the
 * sessions of the observation, from which the log learns its status.
 *
 * @param now - epoch milliseconds
 */
export const observe = async (
  api: ClerkApi,
  clientId: string,
  logSessions: LogSessions,
  now: () => number,
): Promise<ObserveOutcome> => {
  const answer = await api.client(clientId)
  if (answer._tag === 'Gone') return answer
  if (answer._tag === 'Unanswered') return unclear(answer.reason)
  const { body } = answer
  if (!isPlainObject(body) || !Array.isArray(body.sessions))
    return unclear('the answer is not a Client object')
  if (body.id !== clientId) return unclear('the answer is a Client with another id')
  const listed = listedIds(body)
  const sessions: unknown[] = [...(body.sessions as ReadonlyArray<unknown>)]
  for (const id of logSessions.live) {
    if (listed.has(id)) continue
    const session = await api.session(id)
    if (session._tag === 'Unanswered') return unclear(session.reason)
    if (session._tag === 'Found') sessions.push(session.body)
  }
  const byId = new Map(logSessions.recorded.map((session) => [session.id, session]))
  return decodeObservation({ ...body, sessions }, now(), byId)
}
