import type { Pool } from 'pg'
import type { EventStore } from '../../event-store/event-store.js'
import { createEventStore } from '../kit/create-event-store.js'
import { createDatabase } from './connection.js'
import { createPostgresEngine } from './engine.js'
import { openSchema } from './open-schema.js'
import { openSettings, type PostgresStoreOptions } from './options.js'

/**
 * Opens a store in a PostgreSQL database (13 or later). It creates the store if it is missing, unless
 * `create` is false.
 *
 * `readAll` and `follow` read an event once all transactions that are older than its own have ended,
 * in every database of the server. So a writing transaction that stays open holds them back, and they
 * skip nothing. To erase, a role must own the tables; `postgresGrants` names the rights for everything
 * else.
 *
 * @param options - a URL, a `Pool` of `pg` that the caller ends, or options with one of them
 * @throws StoreUnavailable (as a rejection) if the server cannot be reached or refuses, if a newer
 *   version of this package wrote the store, or if the store is `missing` and `create` is false.
 *
 * @example
 * import { StoreUnavailable } from 'clientfold'
 * import { openPostgresStore } from 'clientfold/postgres'
 * const refused: unknown = await openPostgresStore('postgres://app@127.0.0.1:1/app').catch((error: unknown) => error)
 * refused instanceof StoreUnavailable && refused.reason // => 'unreachable'
 */
export const openPostgresStore = async (
  options: string | Pool | PostgresStoreOptions,
): Promise<EventStore> => {
  const settings = await openSettings(options)
  const { pool, ownsPool, schema, create } = settings
  const database = createDatabase(pool)
  try {
    await openSchema(database, schema, create)
  } catch (error) {
    if (ownsPool) await pool.end()
    throw error
  }
  return createEventStore(createPostgresEngine(database, settings), settings)
}
