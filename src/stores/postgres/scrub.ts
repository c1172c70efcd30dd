import { setTimeout as delay } from 'node:timers/promises'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { StoreEngine } from '../kit/store-engine.js'
import type { Database, Query } from './connection.js'

/** The tables that hold ids or texts. */
const TABLES = [
  'events',
  'session_clients',
  'user_clients',
  'quarantined',
  'pending_erasures',
] as const

const LONGEST_WAIT_MILLISECONDS = 3000
const PAUSE_MILLISECONDS = 20

/** The tables of views, which are missing where no views were kept. */
const VIEW_TABLES = ['view_clients', 'view_sessions', 'view_damages'] as const

const readTables = async (query: Query, schema: string): Promise<ReadonlyArray<string>> => {
  const rows = await query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = any($2)`,
    [schema, [...TABLES, ...VIEW_TABLES]],
  )
  return rows.map(({ name }) => `${schema}.${name}`)
}

/** Checked before the rewriting: VACUUM skips a table of another owner with only a warning. */
const checkOwner = async (query: Query, tables: ReadonlyArray<string>): Promise<void> => {
  const [row] = await query<{ mayScrub: boolean }>(
    `select bool_and(pg_has_role(relowner, 'USAGE')) as "mayScrub" from pg_class
    where oid = any($1::regclass[])`,
    [tables],
  )
  if (row?.mayScrub !== true) {
    throw new StoreUnavailable('denied', 'to scrub, the role must own the tables of the store')
  }
}

/** Waits, because the rewriting copies rows that an open transaction may still see. */
const waitForReaders = async (query: Query): Promise<void> => {
  const [now] = await query<{ xid: string }>('select pg_current_xact_id()::text as xid')
  for (let waited = 0; waited <= LONGEST_WAIT_MILLISECONDS; waited += PAUSE_MILLISECONDS) {
    const [row] = await query<{ isSeen: boolean }>(
      `select $1::xid8 >= pg_snapshot_xmin(pg_current_snapshot()) or exists (
        select from pg_stat_activity
        where pid <> pg_backend_pid() and (datname = current_database() or datname is null)
          and (age(backend_xmin) >= age($1::xid8::xid) or age(backend_xid) >= age($1::xid8::xid))
      ) or exists (
        select from pg_replication_slots where age(xmin) >= age($1::xid8::xid)
      ) as "isSeen"`,
      [now?.xid],
    )
    if (row?.isSeen === false) return
    await delay(PAUSE_MILLISECONDS)
  }
  throw new StoreUnavailable(
    'busy',
    'an old transaction keeps erased rows in the files: scrub again when that transaction has ended',
  )
}

/**
 * Scrubs a schema: rewrites its tables.
 *
 * A deletion, and a plain VACUUM too, leaves the bytes in the pages of tables and indexes. Only VACUUM
 * FULL rewrites them. It takes the time to copy the store, and every other statement waits meanwhile.
 * The server's write-ahead log, its archives and its backups keep the bytes until they expire.
 *
 * @param hasTimeout - whether the connections have a `statement_timeout` of this store
 */
export const createScrubber = (
  { query, session }: Database,
  schema: string,
  hasTimeout: boolean,
): StoreEngine['scrub'] => {
  return async () => {
    const tables = await readTables(query, schema)
    await checkOwner(query, tables)
    await waitForReaders(query)
    await session(async (inside) => {
      // The rewriting takes as long as it needs. The setting ends with the connection.
      if (hasTimeout) await inside('set statement_timeout = 0')
      await inside(`vacuum (full) ${tables.join(', ')}`, [], 'unbounded')
    })
  }
}
