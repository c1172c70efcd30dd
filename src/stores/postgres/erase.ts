import { setTimeout as delay } from 'node:timers/promises'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { ErasureRequest, StoreEngine } from '../kit/store-engine.js'
import type { Database, Query } from './connection.js'
import { deleteMentioning } from './quarantine.js'
import { lockClients } from './stored-facts.js'

/** The tables that hold ids or texts. */
const TABLES = ['events', 'session_clients', 'user_clients', 'quarantined'] as const

const LONGEST_WAIT_MILLISECONDS = 3000
const PAUSE_MILLISECONDS = 20

interface Deletion {
  /** The number of deleted events of each client. */
  readonly counts: ReadonlyArray<number>
  /** The transaction that deleted them. */
  readonly xid: string
}

/** Checked before the deletion: VACUUM skips a table of another owner with only a warning. */
const checkOwner = async (query: Query, schema: string): Promise<void> => {
  const [row] = await query<{ mayErase: boolean }>(
    `select bool_and(pg_has_role(relowner, 'USAGE')) as "mayErase" from pg_class
    where oid = any($1::regclass[])`,
    [TABLES.map((table) => `${schema}.${table}`)],
  )
  if (row?.mayErase !== true) {
    throw new StoreUnavailable('denied', 'to erase, the role must own the tables of the store')
  }
}

const deleteClients = async (
  query: Query,
  schema: string,
  { clients, mentions }: ErasureRequest,
): Promise<Deletion> => {
  const keys = clients.map(({ key }) => key)
  await lockClients(query, schema, keys)
  await deleteMentioning(query, schema, mentions)
  // The statement that writes one event waits for no lock of a client. After this lock, those that
  // began before have ended, and those that begin later see the tombstone.
  await query(`lock table ${schema}.events in share row exclusive mode`)
  await query(`insert into ${schema}.erased select unnest($1::text[]) on conflict do nothing`, [
    clients.map(({ tombstone }) => tombstone),
  ])
  for (const table of ['session_clients', 'user_clients'] as const) {
    await query(`delete from ${schema}.${table} where client_key = any($1)`, [keys])
  }
  const counts: number[] = []
  for (const key of keys) {
    const [row] = await query<{ count: string }>(
      `with deleted as (delete from ${schema}.events where client_key = $1 returning 1)
      select count(*) from deleted`,
      [key],
    )
    counts.push(Number(row?.count ?? 0))
  }
  const [row] = await query<{ xid: string }>('select pg_current_xact_id()::text as xid')
  return { counts, xid: row?.xid ?? '0' }
}

/** Waits, because the rewriting copies rows that an open transaction may still see. */
const waitForReaders = async (query: Query, xid: string): Promise<void> => {
  for (let waited = 0; waited <= LONGEST_WAIT_MILLISECONDS; waited += PAUSE_MILLISECONDS) {
    const [row] = await query<{ isSeen: boolean }>(
      `select $1::xid8 >= pg_snapshot_xmin(pg_current_snapshot()) or exists (
        select from pg_stat_activity
        where pid <> pg_backend_pid() and (datname = current_database() or datname is null)
          and (age(backend_xmin) >= age($1::xid8::xid) or age(backend_xid) >= age($1::xid8::xid))
      ) or exists (
        select from pg_replication_slots where age(xmin) >= age($1::xid8::xid)
      ) as "isSeen"`,
      [xid],
    )
    if (row?.isSeen === false) return
    await delay(PAUSE_MILLISECONDS)
  }
  throw new StoreUnavailable(
    'busy',
    'the client is erased, but an old transaction keeps its rows in the files: erase it again when that transaction has ended',
  )
}

/**
 * Erases clients in a schema.
 *
 * A deletion, and a plain VACUUM too, leaves the bytes in the pages of tables and indexes. Only VACUUM
 * FULL rewrites them. It takes the time to copy the store, and every other statement waits meanwhile.
 * The server's write-ahead log, its archives and its backups keep the bytes until they expire.
 *
 * @param hasTimeout - whether the connections have a `statement_timeout` of this store
 */
export const createEraser = (
  { query, transaction, session }: Database,
  schema: string,
  hasTimeout: boolean,
): StoreEngine['erase'] => {
  const tables = TABLES.map((table) => `${schema}.${table}`).join(', ')
  return async (request) => {
    await checkOwner(query, schema)
    const { counts, xid } = await transaction((inside) => deleteClients(inside, schema, request))
    await waitForReaders(query, xid)
    await session(async (inside) => {
      // The rewriting takes as long as it needs. The setting ends with the connection.
      if (hasTimeout) await inside('set statement_timeout = 0')
      await inside(`vacuum (full) ${tables}`, [], 'unbounded')
    })
    return counts
  }
}
