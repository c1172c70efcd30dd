import * as E from 'fp-ts/lib/Either.js'
import { describeParseError } from '../events/decode-error.js'
import { decodeEvent } from '../events/decode-event.js'
import { isPlainObject } from '../events/json.js'
import { readTime } from '../events/moment.js'
import type { Session } from '../events/session.js'
import type { ClerkAnswer, ClerkRequest } from './clerk-request.js'

/** A list of the Backend API, or why it could not be read. The reason quotes no value. */
export type ClerkList<A> =
  | { readonly _tag: 'Listed'; readonly entries: ReadonlyArray<A> }
  | { readonly _tag: 'Unanswered'; readonly reason: string }

/** What a backfill needs to know of a user. The names, addresses and metadata that Clerk sends are dropped. */
export interface ClerkUser {
  readonly id: string
  /** Epoch milliseconds. */
  readonly createdAt: number
}

/** The bound of the Backend API for each list. */
const LONGEST_PAGE = 500

export const unanswered = (
  reason: string,
): { readonly _tag: 'Unanswered'; readonly reason: string } => ({
  ...({ _tag: 'Unanswered', reason } as const),
})

/** The reason why an answer has no body that can be used. */
export const reasonOf = (answer: Exclude<ClerkAnswer, { readonly _tag: 'Found' }>): string =>
  answer._tag === 'Gone' ? 'status 404' : answer.reason

const isTime = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

/** Reads a page of users: an array, as `GET /v1/users` answers it. */
export const usersOf = (body: unknown): ClerkList<ClerkUser> => {
  if (!Array.isArray(body)) return unanswered('the answer is not a list of users')
  const entries: ClerkUser[] = []
  for (const user of body as ReadonlyArray<unknown>) {
    const fits = isPlainObject(user) && typeof user.id === 'string' && isTime(user.created_at)
    if (!fits) return unanswered('the answer has an entry that is not a User object')
    entries.push({ id: user.id as string, createdAt: readTime(user.created_at as number) })
  }
  return { _tag: 'Listed', entries }
}

/** Reads a session as `decodeEvent` reads the session of a webhook: there is one decoder of sessions. */
const sessionOf = (data: unknown): E.Either<string, Session> => {
  const decoded = decodeEvent({ type: 'session.created', data })
  if (E.isLeft(decoded)) return E.left(describeParseError(decoded.left))
  return E.right(decoded.right.data as Session)
}

/** Reads all pages of the sessions of a user. A session that two pages have counts once. */
export const sessionsOfUser = async (
  request: ClerkRequest,
  userId: string,
): Promise<ClerkList<Session>> => {
  const sessions = new Map<string, Session>()
  for (let offset = 0; ; offset += LONGEST_PAGE) {
    const page = { user_id: userId, paginated: 'true', limit: String(LONGEST_PAGE) }
    const query = new URLSearchParams({ ...page, ...(offset > 0 && { offset: String(offset) }) })
    const answer = await request(`sessions?${query.toString()}`)
    if (answer._tag !== 'Found') return unanswered(reasonOf(answer))
    const { body } = answer
    if (!isPlainObject(body) || !Array.isArray(body.data) || !isTime(body.total_count)) {
      return unanswered('the answer is not a page of sessions')
    }
    for (const entry of body.data as ReadonlyArray<unknown>) {
      const session = sessionOf(entry)
      if (E.isLeft(session)) return unanswered(`a session of the list: ${session.left}`)
      if (session.right.user_id !== userId) return unanswered('a session of another user is listed')
      sessions.set(session.right.id, session.right)
    }
    const isLast = body.data.length === 0 || offset + body.data.length >= body.total_count
    if (isLast) return { _tag: 'Listed', entries: [...sessions.values()] }
  }
}
