import { createHmac, timingSafeEqual } from 'node:crypto'
import { createSecretKeyCheck } from '../secret-key.js'

/** Who may see the inspector. */
export interface SignIn {
  /** True if a secret is the read secret. */
  readonly isSecret: (secret: string) => boolean
  /** True for a request that has the cookie of this server, or the read secret itself. */
  readonly isSignedIn: (headers: Headers) => boolean
  /** The `Set-Cookie` of a browser that signed in. */
  readonly cookie: (request: Request) => string
  /** The `Set-Cookie` by which a browser forgets the cookie. */
  readonly ended: (request: Request) => string
}

const NAME = 'clientfold_inspector'

/** A working day: an incident is looked into for hours. */
const LIFE_SECONDS = 43_200

const cookieIn = (header: string | null): string | undefined =>
  (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${NAME}=`))
    ?.slice(NAME.length + 1)

/** A proxy with TLS speaks HTTP to this server, and says so in a header. */
const isSecure = ({ url, headers }: Request): boolean =>
  url.startsWith('https:') || /^\s*https\b/i.test(headers.get('x-forwarded-proto') ?? '')

/**
 * Creates the sign-in with the read secret. The cookie holds no secret, but the end of its life and a code that
 * only this secret gives: so every process with the same secret knows it, and a new secret ends all of them.
 *
 * The cookie names no path: a browser then sends it to the path under which it got it, whatever a proxy cut off.
 *
 * @param now - the clock, in epoch milliseconds
 * @throws TypeError if the secret is not one that a header can hold.
 */
export const createSignIn = (secretKey: string, now: () => number): SignIn => {
  const isAuthorized = createSecretKeyCheck(secretKey)
  const codeOf = (end: string): Buffer =>
    createHmac('sha256', secretKey).update(`${NAME} ${end}`, 'utf8').digest()
  const isCookie = (cookie: string): boolean => {
    const [, end = '', code = ''] = /^(\d{1,15})\.([0-9a-f]{64})$/.exec(cookie) ?? []
    return (
      end !== '' && timingSafeEqual(Buffer.from(code, 'hex'), codeOf(end)) && now() < Number(end)
    )
  }
  const attributes = (request: Request, life: number): string =>
    `; Max-Age=${life}; HttpOnly; SameSite=Strict${isSecure(request) ? '; Secure' : ''}`
  return {
    isSecret: (secret) => isAuthorized(`Bearer ${secret}`),
    isSignedIn: (headers) => {
      const cookie = cookieIn(headers.get('cookie'))
      return (
        (cookie !== undefined && isCookie(cookie)) || isAuthorized(headers.get('authorization'))
      )
    },
    cookie: (request) => {
      const end = String(now() + LIFE_SECONDS * 1000)
      return `${NAME}=${end}.${codeOf(end).toString('hex')}${attributes(request, LIFE_SECONDS)}`
    },
    ended: (request) => `${NAME}=${attributes(request, 0)}`,
  }
}
