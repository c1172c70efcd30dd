import { setTimeout as pause } from 'node:timers/promises'

/** What the Backend API answered. */
export type Asked =
  | { readonly _tag: 'Found'; readonly body: unknown }
  /** It knows of none: 404. */
  | { readonly _tag: 'Gone' }
  /** It did not answer, or not with anything of use, as often as it was asked. */
  | { readonly _tag: 'Unanswered'; readonly reason: string }

/** Asks for clients and sessions. */
export interface ClerkApi {
  readonly client: (clientId: string) => Promise<Asked>
  readonly session: (sessionId: string) => Promise<Asked>
}

/** Clerk does not take the secret key: there is no use in asking on. */
export class ClerkKeyRefused extends Error {
  override readonly name = 'ClerkKeyRefused'

  constructor() {
    super('Clerk refuses the secret key')
  }
}

/** What the Backend API is asked with. */
export interface ClerkApiOptions {
  /** `sk_…`; it is shown to `apiUrl`, and nowhere else. */
  readonly secretKey: string
  /** Clerk's own unless given. */
  readonly apiUrl?: string | undefined
  /** How often a request is tried before it counts as unanswered; 6 unless given. */
  readonly attempts?: number | undefined
  /** How long to wait before a second attempt, where Clerk does not say; doubled each time. 500 ms unless given. */
  readonly firstPauseMilliseconds?: number | undefined
}

/** Sessions have `tasks` since 2025-03-12; the version that `@clerk/backend` 3.25 asks for. */
const API_VERSION = '2026-05-12'

const ATTEMPT_MS = 30_000

/** However long Clerk says to wait: then it is asked again, and says so again. */
const LONGEST_PAUSE_MS = 60_000

/** The statuses after which another attempt may be answered. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504])

/** The header `Retry-After` in milliseconds: seconds, or a date (RFC 9110, 10.2.3). */
export const retryAfter = (header: string | null, now: number): number | undefined => {
  if (header === null) return undefined
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isNaN(wait) ? undefined : Math.max(0, Math.min(wait, LONGEST_PAUSE_MS))
}

/** URLs take dots for steps, however they are written, and have no lone surrogates. */
const fitsInUrl = (id: string): boolean => id !== '.' && id !== '..' && !/\p{Cs}/u.test(id)

type Attempt = Asked | { readonly _tag: 'Again'; readonly reason: string; readonly wait?: number }

const readAttempt = async (response: Response): Promise<Attempt> => {
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
 * Asks Clerk's Backend API for its JSON as it is. Not through `@clerk/backend`: of a session that keeps
 * neither `object` nor `tasks`, and of its activity no key that it does not know, so that an
 * observation made of it would say less than the webhooks did.
 *
 * 429 and the statuses of a passing failure are tried again, after `Retry-After` where Clerk says so;
 * then all other requests wait as well.
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
  /** Until when all wait, epoch milliseconds. */
  let quietUntil = 0

  const attempt = async (url: string): Promise<Attempt> => {
    try {
      // A redirect would show the key to somebody else.
      const init = { headers, redirect: 'error', signal: AbortSignal.timeout(ATTEMPT_MS) } as const
      return await readAttempt(await fetch(url, init))
    } catch (error) {
      if (error instanceof ClerkKeyRefused) throw error
      // What went wrong on the way may quote the URL, and so an id.
      return { _tag: 'Again', reason: 'no answer' }
    }
  }

  const ask = async (path: string): Promise<Asked> => {
    const url = `${apiUrl.replace(/\/+$/, '')}/v1/${path}`
    for (let count = 1; ; count++) {
      while (quietUntil > Date.now()) await pause(quietUntil - Date.now())
      const asked = await attempt(url)
      if (asked._tag !== 'Again') return asked
      if (count >= attempts) return { _tag: 'Unanswered', reason: asked.reason }
      if (asked.wait === undefined) await pause(firstPauseMilliseconds * 2 ** (count - 1))
      else quietUntil = Math.max(quietUntil, Date.now() + asked.wait)
    }
  }

  const askFor = async (kind: 'clients' | 'sessions', id: string): Promise<Asked> => {
    if (!fitsInUrl(id)) return { _tag: 'Unanswered', reason: 'the id fits in no URL' }
    return ask(`${kind}/${encodeURIComponent(id)}`)
  }

  return {
    client: (clientId) => askFor('clients', clientId),
    session: (sessionId) => askFor('sessions', sessionId),
  }
}
