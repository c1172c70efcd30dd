import type { Pool } from 'pg'
import type { EventStore } from '../../event-store/event-store.js'
import { createEventStore } from '../kit/create-event-store.js'
import { checkComplete } from '../kit/restore-store.js'
import { createDatabase } from './connection.js'
import { createPostgresEngine } from './engine.js'
import { isSettingRefused } from './errors.js'
import { createLife } from './life.js'
import { openSchema } from './open-schema.js'
import { openSettings, type PostgresSettings, type PostgresStoreOptions } from './options.js'

const openWith = async (settings: PostgresSettings): Promise<EventStore> => {
  const { schema, create } = settings
  const database = createDatabase(settings)
  const life = createLife(schema)
  try {
    await openSchema(database, schema, create)
    // Read again on each new connection: after a failover it can lead to another life.
    await database.setUpConnections(life.read)
    const engine = createPostgresEngine(database, life, settings)
    await checkComplete(engine, settings.incomplete)
    return createEventStore(engine, settings)
  } catch (error) {
    await settings.endPool()
    throw error
  }
}

/**
 * Opens a store in a PostgreSQL database (13 or later). It creates the store if it is missing, unless
 * `create` is false.
 *
 * `readAll` reads everything that is committed. `follow` gives an event once all transactions that are
 * older than its own have ended, in every database of the server. So a writing transaction that stays
 * open holds followers back, and they skip nothing. To erase, a role must own the tables;
 * `postgresGrants` names the rights for everything else. A role that may only select can read, also on
 * a hot standby.
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
  try {
    return await openWith(await openSettings(options, true))
  } catch (error) {
    const { cause } = error as { readonly cause?: unknown }
    if (!isSettingRefused(cause)) throw error
    // PgBouncer lets no connection set a timeout. Then this process alone gives statements up.
    return openWith(await openSettings(options, false))
  }
}
