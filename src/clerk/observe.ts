import * as E from 'fp-ts/lib/Either.js'
import type { ClientObserved } from '../events/client-event.js'
import { describeParseError } from '../events/decode-error.js'
import { decodeEvent } from '../events/decode-event.js'
import { isPlainObject } from '../events/json.js'
import type { Session } from '../events/session.js'
import type { ClerkApi } from './clerk-api.js'

/** What came of asking for a client. */
export type Observed =
  | { readonly _tag: 'Seen'; readonly event: ClientObserved }
  | { readonly _tag: 'Gone' }
  /** It cannot be told: there was no answer, or one that does not fit. The reason quotes no value. */
  | { readonly _tag: 'Unclear'; readonly reason: string }

/** What the log knows of a client's sessions. */
export interface KnownSessions {
  /** The ids of those that are live by the clock of now. */
  readonly live: ReadonlyArray<string>
  /** All of them, as they were recorded. */
  readonly recorded: ReadonlyArray<Session>
}

const unclear = (reason: string): Observed => ({ _tag: 'Unclear', reason })

const listedIds = (body: Readonly<Record<string, unknown>>): ReadonlySet<unknown> =>
  new Set(
    Array.isArray(body.sessions)
      ? body.sessions.map((session: unknown) => isPlainObject(session) && session.id)
      : [],
  )

/** Optional keys that an answer may leave out although they hold something. */
const OPTIONAL = ['actor', 'last_active_organization_id', 'latest_activity', 'tasks'] as const

/**
 * An answer that leaves a key out says nothing of it. Of two equally new versions of a session the one
 * said later counts: it must not lose what the log has heard of that very version, such as `tasks`.
 */
const withKnownKeys = (session: Session, known: Session | undefined): Session => {
  if (known?.updated_at !== session.updated_at || known.status !== session.status) return session
  const left = OPTIONAL.filter((key) => !(key in session) && key in known)
  return { ...session, ...Object.fromEntries(left.map((key) => [key, known[key]])) }
}

const decodeObservation = (
  body: Readonly<Record<string, unknown>>,
  timestamp: number,
  known: ReadonlyMap<string, Session>,
): Observed => {
  const decoded = decodeEvent({ type: 'client.observed', timestamp, data: body })
  if (E.isLeft(decoded)) return unclear(describeParseError(decoded.left))
  const event = decoded.right as ClientObserved
  const sessions = event.data.sessions.map((each) => withKnownKeys(each, known.get(each.id)))
  return { _tag: 'Seen', event: { ...event, data: { ...event.data, sessions } } }
}

/**
 * Asks for a client. A session that is live in the log and is not listed was signed out, and the
 * webhook that said so was lost, or it is cleaned away: it is asked for by itself, and what is answered
 * is put among the sessions, so that the log hears of it.
 *
 * @param now - epoch milliseconds
 */
export const observe = async (
  api: ClerkApi,
  clientId: string,
  known: KnownSessions,
  now: () => number,
): Promise<Observed> => {
  const asked = await api.client(clientId)
  if (asked._tag === 'Gone') return asked
  if (asked._tag === 'Unanswered') return unclear(asked.reason)
  const { body } = asked
  if (!isPlainObject(body) || !Array.isArray(body.sessions))
    return unclear('the answer is no Client')
  if (body.id !== clientId) return unclear('the answer is another Client')
  const listed = listedIds(body)
  const sessions: unknown[] = [...(body.sessions as ReadonlyArray<unknown>)]
  for (const id of known.live) {
    if (listed.has(id)) continue
    const session = await api.session(id)
    if (session._tag === 'Unanswered') return unclear(session.reason)
    if (session._tag === 'Found') sessions.push(session.body)
  }
  const byId = new Map(known.recorded.map((session) => [session.id, session]))
  return decodeObservation({ ...body, sessions }, now(), byId)
}
