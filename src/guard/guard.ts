import type { Clients } from '../clients/clients.js'
import { checkClock } from '../domain/check-moment.js'
import { livenessOf, type Liveness } from '../projections/liveness.js'
import { createClientsSource } from './clients-source.js'
import { createHttpSource } from './http-source.js'
import { startLiveTable } from './live-table.js'

/** What to do with a request: let it pass, or refuse it. */
export type GuardDecision = 'pass' | 'refuse'

/** What a guard does where it does not know. There is no right answer for every service, so there is no default. */
export interface GuardPolicy {
  /**
   * For a session that the guard does not know. Clerk's webhook about a new session takes a moment, so
   * `refuse` turns a person away who has just signed in. `pass` trusts the token that was verified.
   */
  readonly unknown: GuardDecision
  /**
   * While the guard is further behind than `longestLagMilliseconds`, also before it has read the sessions
   * first. `pass` lets a session through that was revoked since; a session that is known to be over is
   * refused all the same.
   */
  readonly lagging: GuardDecision
}

/** Where a guard learns of sessions: from the clients of this process, or from a server of this package. */
export type GuardSource =
  | {
      /** The guard does not close them. */
      readonly clients: Clients
    }
  | {
      /** The root of the server, such as `http://sessions.internal:8787`: `clientfold serve`. */
      readonly url: string
      /** The secret key of its readers. */
      readonly secretKey: string
    }

/** How to open a guard. */
export type GuardOptions = GuardSource & GuardPolicy & GuardSettings

/** The settings of a guard that have defaults. */
export interface GuardSettings {
  /** The clock by which sessions expire, in epoch milliseconds; `Date.now` unless given. */
  readonly now?: () => number
  /** How far behind the guard may be before it is lagging; 10 seconds unless given. */
  readonly longestLagMilliseconds?: number
  /**
   * Receives each failure to read sessions or changes. The guard tries again by itself, and `lag` grows
   * meanwhile.
   */
  readonly onFailure?: (failure: unknown) => void
}

/** What a guard knows of a session. */
export type GuardAnswer = (Liveness | { readonly answer: 'unknown' }) & {
  /** How far behind the guard may be, in milliseconds: see `Guard.lag`. */
  readonly lag: number
}

/** Tells whether sessions are live, from memory. */
export interface Guard {
  /**
   * Whether a session is live, by the clock of now: `live`, with the status `active` or `pending`; `over`, with
   * the status and since when; or `unknown`. It waits for nothing.
   */
  readonly check: (sessionId: string) => GuardAnswer
  /** Whether to let a request of a session pass, as the policy says. A live session may be pending: see `check`. */
  readonly allows: (sessionId: string) => boolean
  /**
   * How many milliseconds ago the guard last knew that it had everything; `Infinity` before it has read the
   * sessions first. It stays below about a second while all is well.
   */
  readonly lag: () => number
  /** How many sessions the guard knows. */
  readonly size: () => number
  /**
   * Resolves when the sessions were read first. Rejects if that takes more than two minutes, with the latest
   * failure as the `cause`, or if the guard is closed before.
   */
  readonly ready: Promise<void>
  /** Ends the reading of changes. From then on `lag` grows. */
  readonly close: () => void
  readonly [Symbol.dispose]: () => void
}

const LONGEST_LAG_MS = 10_000

const checkDecision = (name: string, decision: unknown): void => {
  if (decision === 'pass' || decision === 'refuse') return
  throw new TypeError(`openGuard: ${name} must be pass or refuse. Choose what your service needs.`)
}

/**
 * Opens a guard: is this session still live? It reads all sessions from the views, follows the changes that any
 * process records, and answers from memory within microseconds. A session takes at most 131 bytes.
 *
 * Verify the token first, with Clerk's SDK, and then ask the guard about its `sid`: a token stays valid for a
 * minute after its session was revoked.
 *
 * @throws TypeError if the policy is incomplete, the URL invalid, or the clock answers no epoch milliseconds.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { openGuard } from 'clientfold/guard'
 * import { exampleEvents } from 'clientfold/testing'
 * const clients = openClients({ store: openMemoryStore() })
 * await clients.record(exampleEvents)
 * const now = () => Date.UTC(2026, 4, 28, 16)
 * const guard = openGuard({ clients, now, unknown: 'pass', lagging: 'pass' })
 * await guard.ready
 * guard.check('sess_ada_1').answer // => 'live'
 * guard.allows('sess_grace_1') // => false
 * guard.close()
 * await clients.close()
 */
export const openGuard = (options: GuardOptions): Guard => {
  const { unknown, lagging, longestLagMilliseconds = LONGEST_LAG_MS, now = Date.now } = options
  checkDecision('unknown', unknown)
  checkDecision('lagging', lagging)
  checkClock('openGuard', now)
  const { find, size, lag, ready, stop } = startLiveTable(
    'clients' in options
      ? createClientsSource(options.clients)
      : createHttpSource(options.url, options.secretKey),
    options.onFailure ?? (() => undefined),
  )
  const check = (sessionId: string): GuardAnswer => {
    const known = find(sessionId)
    const answer = known === undefined ? { answer: 'unknown' as const } : livenessOf(known, now())
    return { ...answer, lag: lag() }
  }
  return {
    check,
    allows: (sessionId) => {
      const { answer, lag: behind } = check(sessionId)
      if (answer === 'over' || (answer === 'unknown' && unknown === 'refuse')) return false
      return behind <= longestLagMilliseconds || lagging === 'pass'
    },
    lag,
    size,
    ready,
    close: stop,
    [Symbol.dispose]: stop,
  }
}
