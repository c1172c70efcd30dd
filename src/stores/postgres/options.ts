import type { Pool } from 'pg'
import { StoreUnavailable } from '../../event-store/store-error.js'

/** What is set when a store is opened, besides the way to the server. */
export interface PostgresStoreSettings {
  /** The schema in which the store lives, and on whose name it listens; `clientfold` unless given. */
  readonly schema?: string
  /** False to be refused (`missing`) where there is no store; unless given, one is made. */
  readonly create?: boolean
  /** The clock that gives `recorded_at`, in epoch milliseconds. */
  readonly now?: () => number
  /** After which followers look by themselves, in milliseconds; 1,000 unless given. */
  readonly pollMilliseconds?: number
}

/** Where the server is (`postgres://role:password@host/database`), or the caller's own pool, which stays the caller's to end. */
export type PostgresStoreOptions = PostgresStoreSettings &
  ({ readonly url: string; readonly pool?: never } | { readonly pool: Pool; readonly url?: never })

/** The options, with everything decided. */
export interface Resolved {
  readonly pool: Pool
  readonly ownsPool: boolean
  readonly schema: string
  readonly create: boolean
  readonly now: () => number
  readonly pollMilliseconds: number
}

const SCHEMA = /^(?!pg_)[a-z_][a-z0-9_]{0,62}$/

const CONNECT_MILLISECONDS = 10_000

const openPool = async (url: string): Promise<Pool> => {
  // The parser's own error would quote the URL, and with it the password.
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new StoreUnavailable(
      'unreachable',
      'the URL is none of PostgreSQL: postgres://role@host/database',
    )
  }
  const { default: driver } = await import('pg').catch((cause: unknown) => {
    throw new StoreUnavailable(
      'unreachable',
      'the driver of PostgreSQL is not installed: npm install pg',
      cause,
    )
  })
  const pool = new driver.Pool({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
  })
  // An idle connection that breaks is replaced; without a listener it would end the process.
  pool.on('error', () => undefined)
  return pool
}

const isPool = (given: string | Pool | PostgresStoreOptions): given is Pool =>
  typeof given !== 'string' && 'connect' in given

/** Decides what was left open. */
export const resolveOptions = async (
  given: string | Pool | PostgresStoreOptions,
): Promise<Resolved> => {
  const options: PostgresStoreOptions =
    typeof given === 'string' ? { url: given } : isPool(given) ? { pool: given } : given
  const { schema = 'clientfold', create = true, now = Date.now, pollMilliseconds = 1000 } = options
  if (!SCHEMA.test(schema)) {
    throw new TypeError('a schema is named by a-z, 0-9 and _, 63 of them at most')
  }
  const pool = options.pool ?? (await openPool(options.url))
  return { pool, ownsPool: options.pool === undefined, schema, create, now, pollMilliseconds }
}
