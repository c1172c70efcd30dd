import * as E from 'fp-ts/lib/Either.js'
import type { ClientObserved } from '../events/client-event.js'
import { documentedClient } from '../events/client.js'
import { describeParseError } from '../events/decode-error.js'
import { decodeEvent } from '../events/decode-event.js'
import { isPlainObject } from '../events/json.js'
import type { Session } from '../events/session.js'
import { isLive } from '../domain/status.js'
import type { ClerkApi } from './clerk-api.js'

/** The outcome of reading a client from Clerk. */
export type ObserveOutcome =
  | { readonly _tag: 'Seen'; readonly event: ClientObserved }
  | { readonly _tag: 'Gone' }
  /** There was no answer, or one that is not the documented Client. The reason quotes no value. */
  | { readonly _tag: 'Unclear'; readonly reason: string }

/** What is known of the sessions of a client before it is read from Clerk. */
export interface KnownSessions {
  /** The ids of the sessions of the log that are live by the clock of now. */
  readonly live: ReadonlyArray<string>
  /** All sessions of the log, as they were recorded. */
  readonly recorded: ReadonlyArray<Session>
  /** The sessions that Clerk lists for their users. */
  readonly listed: ReadonlyArray<Session>
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
  { recorded, listed }: KnownSessions,
): ObserveOutcome => {
  const decoded = decodeEvent({ type: 'client.observed', timestamp, data: body })
  if (E.isLeft(decoded)) return unclear(describeParseError(decoded.left))
  const event = decoded.right as ClientObserved
  const ids = new Set(event.data.sessions.map(({ id }) => id))
  const over = listed.filter(({ id, status }) => !ids.has(id) && !isLive(status))
  const byId = new Map(recorded.map((session) => [session.id, session]))
  const sessions = [...event.data.sessions, ...over].map((session) =>
    withKeysOfLog(session, byId.get(session.id)),
  )
  const data = documentedClient({ ...event.data, sessions })
  return { _tag: 'Seen', event: { ...event, data } }
}

/**
 * Reads a client from Clerk. A session that is live in the log, or in the list of its user, may be missing
 * there: its sign-out webhook was lost, it ended just now, or Clerk deleted it. So that session is read by
 * its own id. It is put among the sessions of the observation, as are the listed sessions that are over and
 * that the Client leaves out, such as removed ones: the log learns their statuses from it.
 *
 * @param now - epoch milliseconds
 */
export const observe = async (
  api: ClerkApi,
  clientId: string,
  known: KnownSessions,
  now: () => number,
): Promise<ObserveOutcome> => {
  const answer = await api.client(clientId)
  if (answer._tag === 'Gone') return answer
  if (answer._tag === 'Unanswered') return unclear(answer.reason)
  const { body } = answer
  if (!isPlainObject(body) || !Array.isArray(body.sessions))
    return unclear('the answer is not a Client object')
  if (body.id !== clientId) return unclear('the answer is a Client with another id')
  const inClient = listedIds(body)
  const sessions: unknown[] = [...(body.sessions as ReadonlyArray<unknown>)]
  const overAtClerk = known.listed.filter(({ status }) => !isLive(status)).map(({ id }) => id)
  const liveAtClerk = known.listed.filter(({ status }) => isLive(status)).map(({ id }) => id)
  for (const id of new Set([...known.live, ...liveAtClerk])) {
    if (inClient.has(id) || overAtClerk.includes(id)) continue
    const session = await api.session(id)
    if (session._tag === 'Unanswered') return unclear(session.reason)
    if (session._tag === 'Found') sessions.push(session.body)
  }
  return decodeObservation({ ...body, sessions }, now(), known)
}
