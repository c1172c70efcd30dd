import type { Pool } from 'pg'
import { openPool } from './pool.js'
import { parsePostgresUrl, SCHEMA } from './url.js'

/** Settings of a PostgreSQL store, besides its server. */
export interface PostgresStoreSettings {
  /** The schema of the store, and the name of its notification channel; `clientfold` unless given. */
  readonly schema?: string
  /** False: reject as `missing` where there is no store. Otherwise one is created there. */
  readonly create?: boolean
  /** True: open also a store into which a restore has not ended, to go on with it. */
  readonly incomplete?: boolean
  /** The clock that gives `recorded_at`, in epoch milliseconds; `Date.now` unless given. */
  readonly now?: () => number
  /** How often followers look for new events without a notification: every 1,000 ms unless given. */
  readonly pollMilliseconds?: number
  /**
   * How long the server may take for one statement, waiting for locks included: 7,000 ms unless given.
   * Then the call rejects as `busy`, or as `unreachable` if there was no answer a second later. A pool of
   * the caller has its own `statement_timeout`.
   */
  readonly statementTimeoutMilliseconds?: number
}

/**
 * The server (`postgres://role:password@host/database`), or a pool of the caller, which the store does
 * not end. The URL takes `schema`, and the parameters of libpq that the driver honours.
 */
export type PostgresStoreOptions = PostgresStoreSettings &
  ({ readonly url: string; readonly pool?: never } | { readonly pool: Pool; readonly url?: never })

/** Where a store is opened, with every setting decided. */
export interface PostgresSettings {
  readonly pool: Pool
  /** Ends the pool, unless it is the caller's. */
  readonly endPool: () => Promise<void>
  /** Whether each connection has a `statement_timeout` of this store. */
  readonly hasTimeout: boolean
  readonly answerMilliseconds: number
  readonly schema: string
  readonly create: boolean
  readonly incomplete: boolean
  readonly now: () => number
  readonly pollMilliseconds: number
}

const isPool = (options: string | Pool | PostgresStoreOptions): options is Pool =>
  typeof options !== 'string' && 'connect' in options

const STATEMENT_TIMEOUT_MILLISECONDS = 7000

/** How much later than the server this process gives a statement up. Then the server is dead. */
const GRACE_MILLISECONDS = 1000

/**
 * Adds the default settings, and opens a pool if only a URL is given.
 *
 * @param mayHaveTimeout - whether a new pool may set a `statement_timeout`
 * @throws TypeError (as a rejection) if a setting is invalid; StoreUnavailable if the URL is invalid or
 *   the driver is missing.
 */
export const openSettings = async (
  given: string | Pool | PostgresStoreOptions,
  mayHaveTimeout: boolean,
): Promise<PostgresSettings> => {
  const options: PostgresStoreOptions =
    typeof given === 'string' ? { url: given } : isPool(given) ? { pool: given } : given
  const url = options.url === undefined ? undefined : parsePostgresUrl(options.url)
  const {
    schema = url?.schema ?? 'clientfold',
    create = true,
    incomplete = false,
    now = Date.now,
    pollMilliseconds = 1000,
    statementTimeoutMilliseconds: timeout = STATEMENT_TIMEOUT_MILLISECONDS,
  } = options
  if (!SCHEMA.test(schema)) {
    throw new TypeError(
      'the name of a schema has 1 to 63 characters of a-z, 0-9 and _, and does not begin with a digit or pg_',
    )
  }
  if (url?.schema !== undefined && url.schema !== schema) {
    throw new TypeError('the URL and the option schema name different schemas')
  }
  if (!Number.isInteger(timeout) || timeout < 1 || timeout > 2 ** 31 - 1 - GRACE_MILLISECONDS) {
    throw new TypeError('statementTimeoutMilliseconds is a whole number of milliseconds, from 1 on')
  }
  const shared = {
    schema,
    create,
    incomplete,
    now,
    pollMilliseconds,
    answerMilliseconds: timeout + GRACE_MILLISECONDS,
  }
  if (options.pool !== undefined) {
    return { ...shared, pool: options.pool, endPool: () => Promise.resolve(), hasTimeout: false }
  }
  const { pool, end } = await openPool(
    parsePostgresUrl(options.url),
    mayHaveTimeout ? timeout : undefined,
  )
  return { ...shared, pool, endPool: end, hasTimeout: mayHaveTimeout }
}
