import { isPlainObject } from '../events/json.js'
import { reasonOf, sessionsOfUser, unanswered, usersOf } from './clerk-list.js'
import type { ClerkList, ClerkUser } from './clerk-list.js'
import { createClerkRequest, type ClerkAnswer, type ClerkApiOptions } from './clerk-request.js'
import type { Session } from '../events/session.js'
import { fitsInUrl } from '../events/url-id.js'

/** A page of users, in ascending order of creation. Moments are epoch milliseconds. */
export interface UsersQuery {
  /** Only users created after this moment. */
  readonly createdAfter?: number | undefined
  /** Only users who were active after this moment. */
  readonly activeAfter?: number | undefined
  /** The most users to answer: 1 to 500. */
  readonly limit: number
  readonly offset: number
}

/** Reads users, sessions and clients from Clerk. */
export interface ClerkApi {
  readonly client: (clientId: string) => Promise<ClerkAnswer>
  readonly session: (sessionId: string) => Promise<ClerkAnswer>
  readonly users: (query: UsersQuery) => Promise<ClerkList<ClerkUser>>
  /** How many users the instance has; null if Clerk does not say. */
  readonly userCount: () => Promise<number | null>
  /** All sessions of a user, of every status. */
  readonly sessionsOf: (userId: string) => Promise<ClerkList<Session>>
}

const NOT_IN_URL = unanswered('the id cannot be part of a URL')

const usersPath = ({ createdAfter, activeAfter, limit, offset }: UsersQuery): string => {
  const query = new URLSearchParams({ order_by: '+created_at', limit: String(limit) })
  if (offset > 0) query.set('offset', String(offset))
  if (createdAfter !== undefined) query.set('created_at_after', String(createdAfter))
  if (activeAfter !== undefined) query.set('last_active_at_after', String(activeAfter))
  return `users?${query.toString()}`
}

/**
 * Creates a reader of Clerk's Backend API that gives the JSON of clients and sessions unchanged. It does
 * not use `@clerk/backend`, because that package drops `object` and `tasks` of a session, and every key of
 * an activity that it does not know: an observation made of its objects would hold less than the webhooks
 * did.
 *
 * 429 and statuses of passing failures are tried again, after `Retry-After` if Clerk sends it. Until then
 * all other requests wait too. A request rejects with `ClerkKeyRefused` after 401 and 403, and with
 * `ClerkUnavailable` if it is the 20th in a row without a usable answer.
 *
 * @example
 * import { createClerkApi } from 'clientfold/clerk'
 * const api = createClerkApi({ secretKey: 'sk_test_1', apiUrl: 'http://127.0.0.1:1', attempts: 1 })
 * await api.client('client_1') // => { _tag: 'Unanswered', reason: 'no answer' }
 */
export const createClerkApi = (options: ClerkApiOptions): ClerkApi => {
  const request = createClerkRequest(options)
  const getById = async (kind: 'clients' | 'sessions', id: string): Promise<ClerkAnswer> =>
    fitsInUrl(id) ? request(`${kind}/${encodeURIComponent(id)}`) : NOT_IN_URL
  return {
    client: (clientId) => getById('clients', clientId),
    session: (sessionId) => getById('sessions', sessionId),
    users: async (query) => {
      const answer = await request(usersPath(query))
      return answer._tag === 'Found' ? usersOf(answer.body) : unanswered(reasonOf(answer))
    },
    userCount: async () => {
      const answer = await request('users/count')
      const body = answer._tag === 'Found' ? answer.body : null
      return isPlainObject(body) && typeof body.total_count === 'number' ? body.total_count : null
    },
    // Parameters of a query can hold every id but lone surrogates.
    sessionsOf: async (userId) =>
      /\p{Cs}/u.test(userId) ? NOT_IN_URL : sessionsOfUser(request, userId),
  }
}
