import type { Pool } from 'pg'
import { StoreUnavailable } from '../../event-store/store-error.js'

/** Settings of a PostgreSQL store, besides its server. */
export interface PostgresStoreSettings {
  /** The schema of the store, and the name of its notification channel; `clientfold` unless given. */
  readonly schema?: string
  /** False: reject as `missing` where there is no store. Otherwise one is created there. */
  readonly create?: boolean
  /** The clock that gives `recorded_at`, in epoch milliseconds; `Date.now` unless given. */
  readonly now?: () => number
  /** How often followers look for new events without a notification: every 1,000 ms unless given. */
  readonly pollMilliseconds?: number
}

/** The server (`postgres://role:password@host/database`), or a pool of the caller, which the store does not end. */
export type PostgresStoreOptions = PostgresStoreSettings &
  ({ readonly url: string; readonly pool?: never } | { readonly pool: Pool; readonly url?: never })

/** Where a store is opened, with every setting decided. */
export interface PostgresSettings {
  readonly pool: Pool
  /** Whether the store ends the pool when it is closed. */
  readonly ownsPool: boolean
  readonly schema: string
  readonly create: boolean
  readonly now: () => number
  readonly pollMilliseconds: number
}

const SCHEMA = /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/

const CONNECT_MILLISECONDS = 10_000

const openPool = async (url: string): Promise<Pool> => {
  // Checked here, because the parser's own error would quote the URL with its password.
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new StoreUnavailable(
      'unreachable',
      'the URL of the PostgreSQL store is invalid: write postgres://role@host/database',
    )
  }
  const { default: driver } = await import('pg').catch((cause: unknown) => {
    throw new StoreUnavailable(
      'unreachable',
      'the PostgreSQL driver is not installed: run `npm install pg`',
      cause,
    )
  })
  const pool = new driver.Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
  })
  // The pool replaces an idle connection that breaks. Without a listener, it would end the process.
  pool.on('error', () => undefined)
  return pool
}

const isPool = (options: string | Pool | PostgresStoreOptions): options is Pool =>
  typeof options !== 'string' && 'connect' in options

/**
 * Adds the default settings, and opens a pool if only a URL is given.
 *
 * @throws TypeError (as a rejection) if the name of the schema is invalid; StoreUnavailable if the URL
 *   is invalid or the driver is missing.
 */
export const openSettings = async (
  given: string | Pool | PostgresStoreOptions,
): Promise<PostgresSettings> => {
  const options: PostgresStoreOptions =
    typeof given === 'string' ? { url: given } : isPool(given) ? { pool: given } : given
  const { schema = 'clientfold', create = true, now = Date.now, pollMilliseconds = 1000 } = options
  if (!SCHEMA.test(schema)) {
    throw new TypeError(
      'the name of a schema has 1 to 63 characters of a-z, 0-9 and _, and does not begin with a digit or pg_',
    )
  }
  const pool = options.pool ?? (await openPool(options.url))
  return { pool, ownsPool: options.pool === undefined, schema, create, now, pollMilliseconds }
}
