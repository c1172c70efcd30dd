import { setTimeout as pause } from 'node:timers/promises'
import { ClerkKeyRefused, ClerkUnavailable } from './clerk-error.js'

/** The answer of the Backend API. */
export type ClerkAnswer =
  | { readonly _tag: 'Found'; readonly body: unknown }
  /** 404: Clerk has no such object, or no longer. */
  | { readonly _tag: 'Gone' }
  /** No attempt got a usable answer. */
  | { readonly _tag: 'Unanswered'; readonly reason: string }

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
  /** Once it is aborted, every request and every pause rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

/** The version that `@clerk/backend` 3.25 requests. (Sessions have `tasks` since 2025-03-12.) */
const API_VERSION = '2026-05-12'

const ATTEMPT_MS = 30_000

/** No pause is longer, whatever Clerk says. If it was too short, Clerk answers 429 again. */
const LONGEST_PAUSE_MS = 60_000

/** After so many requests in a row without a usable answer, Clerk counts as unavailable. */
const MOST_UNANSWERED = 20

/** The statuses after which another attempt can succeed. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

/** The header `Retry-After` in milliseconds: seconds, or a date (RFC 9110, 10.2.3). */
const retryAfter = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isNaN(wait) ? undefined : Math.max(0, Math.min(wait, LONGEST_PAUSE_MS))
}

/** `Again`: another attempt can succeed, after `wait` milliseconds if Clerk named a time. */
type AttemptResult =
  ClerkAnswer | { readonly _tag: 'Again'; readonly reason: string; readonly wait?: number }

const readResponse = async (response: Response): Promise<AttemptResult> => {
  const { status, headers } = response
  if (status === 200) return { _tag: 'Found', body: await response.json() }
  await response.body?.cancel()
  if (status === 404) return { _tag: 'Gone' }
  if (status === 401 || status === 403) throw new ClerkKeyRefused(status)
  const reason = `status ${status}`
  if (!RETRYABLE.has(status)) return { _tag: 'Unanswered', reason }
  const wait = retryAfter(headers.get('retry-after'), Date.now())
  return { _tag: 'Again', reason, ...(wait === undefined ? {} : { wait }) }
}

/** Sends a GET for a path below `/v1/`. */
export type ClerkRequest = (path: string) => Promise<ClerkAnswer>

/**
 * Creates the sender of all requests to one Backend API. 429 and statuses of passing failures are tried
 * again, after `Retry-After` if Clerk sends it. Until then all other requests wait too.
 *
 * A request rejects with `ClerkKeyRefused`, with `ClerkUnavailable` if it is the 20th in a row without a
 * usable answer, or with the reason of the signal.
 */
export const createClerkRequest = ({
  secretKey,
  apiUrl = 'https://api.clerk.com',
  attempts = 6,
  firstPauseMilliseconds = 500,
  signal,
}: ClerkApiOptions): ClerkRequest => {
  const headers = {
    authorization: `Bearer ${secretKey}`,
    'clerk-api-version': API_VERSION,
    accept: 'application/json',
  }
  const root = `${apiUrl.replace(/\/+$/, '')}/v1/`
  /** No request is sent before this moment, in epoch milliseconds. */
  let quietUntil = 0
  let unansweredInRow = 0

  const wait = async (milliseconds: number): Promise<void> => {
    await pause(milliseconds, undefined, { signal }).catch(() => signal?.throwIfAborted())
  }

  const attempt = async (url: string): Promise<AttemptResult> => {
    // Not AbortSignal.any: of a million requests with one long-lived signal, something of each would stay.
    const controller = new AbortController()
    const abort = (): void => {
      controller.abort()
    }
    const timer = setTimeout(abort, ATTEMPT_MS)
    signal?.addEventListener('abort', abort)
    try {
      // A redirect would show the key to another server.
      const init = { headers, redirect: 'error', signal: controller.signal } as const
      return await readResponse(await fetch(url, init))
    } catch (error) {
      if (error instanceof ClerkKeyRefused) throw error
      signal?.throwIfAborted()
      // The message of the error may quote the URL, and so an id.
      return { _tag: 'Again', reason: 'no answer' }
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
  }

  const send = async (url: string): Promise<ClerkAnswer> => {
    for (let count = 1; ; count++) {
      while (quietUntil > Date.now()) await wait(quietUntil - Date.now())
      signal?.throwIfAborted()
      const result = await attempt(url)
      if (result._tag !== 'Again') return result
      if (count >= attempts) return { _tag: 'Unanswered', reason: result.reason }
      if (result.wait === undefined) await wait(firstPauseMilliseconds * 2 ** (count - 1))
      else quietUntil = Math.max(quietUntil, Date.now() + result.wait)
    }
  }

  return async (path) => {
    const answer = await send(root + path)
    unansweredInRow = answer._tag === 'Unanswered' ? unansweredInRow + 1 : 0
    if (answer._tag !== 'Unanswered' || unansweredInRow < MOST_UNANSWERED) return answer
    throw new ClerkUnavailable(
      `Clerk gave no usable answer to ${unansweredInRow} requests in a row (the last: ${answer.reason}); run this again later`,
    )
  }
}
