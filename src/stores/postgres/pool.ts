import { setTimeout as delay } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { PostgresUrl } from './url.js'

/** A pool, and how to end it. */
export interface OpenPool {
  readonly pool: Pool
  /** Closes all connections. A connection that does not close in time is cut. */
  readonly end: () => Promise<void>
}

const CONNECT_MILLISECONDS = 5000

/** How long the end of a pool waits for its connections to be released and closed. */
const END_MILLISECONDS = 2000

/** The socket of a connection. The driver's types do not have it. */
interface WithSocket {
  readonly connection?: { readonly stream?: { readonly destroy?: () => void } }
}

/**
 * Opens a pool of this store.
 *
 * @param statementTimeoutMilliseconds - a setting of each connection; undefined for none
 * @throws StoreUnavailable if the driver is missing.
 */
export const openPool = async (
  { connectionString, connectMilliseconds = CONNECT_MILLISECONDS }: PostgresUrl,
  statementTimeoutMilliseconds: number | undefined,
): Promise<OpenPool> => {
  const { default: driver } = await import('pg').catch((cause: unknown) => {
    throw new StoreUnavailable(
      'unreachable',
      'the PostgreSQL driver is not installed: run `npm install pg`',
      cause,
    )
  })
  const pool = new driver.Pool({
    connectionString,
    connectionTimeoutMillis: connectMilliseconds,
    keepAlive: true,
    ...(statementTimeoutMilliseconds !== undefined && {
      statement_timeout: statementTimeoutMilliseconds,
    }),
  })
  // The pool replaces an idle connection that breaks. Without a listener, it would end the process.
  pool.on('error', () => undefined)
  const clients = new Set<PoolClient>()
  pool.on('connect', (client) => clients.add(client))
  pool.on('remove', (client) => clients.delete(client))

  const cut = (): void => {
    for (const client of clients) (client as WithSocket).connection?.stream?.destroy?.()
  }
  return {
    pool,
    end: async () => {
      // The timer goes on without this process being kept alive by it: a socket that is open does that.
      setTimeout(cut, END_MILLISECONDS).unref()
      await Promise.race([pool.end(), delay(2 * END_MILLISECONDS, undefined, { ref: false })])
    },
  }
}
