import { setTimeout as pause } from 'node:timers/promises'

/** The answer of the Backend API. */
export type ClerkAnswer =
  | { readonly _tag: 'Found'; readonly body: unknown }
  /** 404: Clerk has no such object, or no longer. */
  | { readonly _tag: 'Gone' }
  /** No attempt got a usable answer. */
  | { readonly _tag: 'Unanswered'; readonly reason: string }

/** Reads clients and sessions from Clerk. */
export interface ClerkApi {
  readonly client: (clientId: string) => Promise<ClerkAnswer>
  readonly session: (sessionId: string) => Promise<ClerkAnswer>
}

/** Clerk refused the secret key, so no further request can succeed. */
export class ClerkKeyRefused extends Error {
  override readonly name = 'ClerkKeyRefused'

  constructor() {
    super('Clerk refused the secret key: use the one of this instance, sk_…')
  }
}

/** How to reach the Backend API. */
export interface ClerkApiOptions {
  /** `sk_…`; it is sent to `apiUrl` and to no other address. */
  readonly secretKey: string
  /** `https://api.clerk.com` unless given. */
  readonly apiUrl?: string | undefined
  /** How often a request is tried; 6 times unless given. */
  readonly attempts?: number | undefined
  /** The pause before the second attempt if Clerk names none; it doubles each time. 500 ms unless given. */
  readonly firstPauseMilliseconds?: number | undefined
}

/** The version that `@clerk/backend` 3.25 requests. (Sessions have `tasks` since 2025-03-12.) */
const API_VERSION = '2026-05-12'

const ATTEMPT_MS = 30_000

/** No pause is longer, whatever Clerk says. If it was too short, Clerk answers 429 again. */
const LONGEST_PAUSE_MS = 60_000

/** The statuses after which another attempt can succeed. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

/** The header `Retry-After` in milliseconds: seconds, or a date (RFC 9110, 10.2.3). */
export const retryAfter = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isNaN(wait) ? undefined : Math.max(0, Math.min(wait, LONGEST_PAUSE_MS))
}

/** In a URL path `.` and `..` are steps even when they are escaped, and a lone surrogate has no UTF-8. */
const fitsInUrl = (id: string): boolean => id !== '.' && id !== '..' && !/\p{Cs}/u.test(id)

/** `Again`: another attempt can succeed, after `wait` milliseconds if Clerk named a time. */
type AttemptResult =
  ClerkAnswer | { readonly _tag: 'Again'; readonly reason: string; readonly wait?: number }

const readResponse = async (response: Response): Promise<AttemptResult> => {
  const { status, headers } = response
  if (status === 200) return { _tag: 'Found', body: await response.json() }
  await response.body?.cancel()
  if (status === 404) return { _tag: 'Gone' }
  if (status === 401 || status === 403) throw new ClerkKeyRefused()
  const reason = `status ${status}`
  if (!RETRYABLE.has(status)) return { _tag: 'Unanswered', reason }
  const wait = retryAfter(headers.get('retry-after'), Date.now())
  return { _tag: 'Again', reason, ...(wait === undefined ? {} : { wait }) }
}

/**
 * Creates a reader of Clerk's Backend API that gives the JSON unchanged. It does not use `@clerk/backend`,
 * because that package drops `object` and `tasks` of a session, and every key of an activity that it does
 * not know: an observation made of its objects would hold less than the webhooks did.
 *
 * 429 and statuses of passing failures are tried again, after `Retry-After` if Clerk sends it. Until then
 * all other requests wait too.
 *
 * @example
 * import { createClerkApi } from 'clientfold/clerk'
 * const api = createClerkApi({ secretKey: 'sk_test_1', apiUrl: 'http://127.0.0.1:1', attempts: 1 })
 * await api.client('client_1') // => { _tag: 'Unanswered', reason: 'no answer' }
 */
export const createClerkApi = ({
  secretKey,
  apiUrl = 'https://api.clerk.com',
  attempts = 6,
  firstPauseMilliseconds = 500,
}: ClerkApiOptions): ClerkApi => {
  const headers = {
    authorization: `Bearer ${secretKey}`,
    'clerk-api-version': API_VERSION,
    accept: 'application/json',
  }
  /** No request is sent before this moment, in epoch milliseconds. */
  let quietUntil = 0

  const attempt = async (url: string): Promise<AttemptResult> => {
    try {
      // A redirect would show the key to another server.
      const init = { headers, redirect: 'error', signal: AbortSignal.timeout(ATTEMPT_MS) } as const
      return await readResponse(await fetch(url, init))
    } catch (error) {
      if (error instanceof ClerkKeyRefused) throw error
      // The message of the error may quote the URL, and so an id.
      return { _tag: 'Again', reason: 'no answer' }
    }
  }

  const get = async (path: string): Promise<ClerkAnswer> => {
    const url = `${apiUrl.replace(/\/+$/, '')}/v1/${path}`
    for (let count = 1; ; count++) {
      while (quietUntil > Date.now()) await pause(quietUntil - Date.now())
      const result = await attempt(url)
      if (result._tag !== 'Again') return result
      if (count >= attempts) return { _tag: 'Unanswered', reason: result.reason }
      if (result.wait === undefined) await pause(firstPauseMilliseconds * 2 ** (count - 1))
      else quietUntil = Math.max(quietUntil, Date.now() + result.wait)
    }
  }

  const getById = async (kind: 'clients' | 'sessions', id: string): Promise<ClerkAnswer> => {
    if (!fitsInUrl(id)) return { _tag: 'Unanswered', reason: 'the id cannot be part of a URL' }
    return get(`${kind}/${encodeURIComponent(id)}`)
  }

  return {
    client: (clientId) => getById('clients', clientId),
    session: (sessionId) => getById('sessions', sessionId),
  }
}
