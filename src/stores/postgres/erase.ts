import { setTimeout as delay } from 'node:timers/promises'
import { keyOf, tombstoneOf } from '../kit/storage-key.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { Database, Query } from './database.js'
import { deleteNaming } from './quarantine.js'
import { lockClients } from './stored-facts.js'

/** The tables that hold ids or texts. */
const TABLES = ['events', 'session_clients', 'user_clients', 'quarantined'] as const

const LONGEST_WAIT_MILLISECONDS = 3000
const PAUSE_MILLISECONDS = 20

interface Erased {
  readonly count: number
  /** The transaction that erased. */
  readonly xid: string
}

/** Before anything is deleted: VACUUM passes over the tables of others with a mere warning. */
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

const deleteClient = async (query: Query, schema: string, clientId: string): Promise<Erased> => {
  const key = keyOf(clientId)
  await lockClients(query, schema, [clientId])
  await deleteNaming(query, schema, clientId)
  // Whoever writes one event waits for no lock of a client. Those who began have ended, all others
  // will see this.
  await query(`lock table ${schema}.events in share row exclusive mode`)
  await query(`insert into ${schema}.erased values ($1) on conflict do nothing`, [
    tombstoneOf(clientId),
  ])
  for (const table of ['session_clients', 'user_clients'] as const) {
    await query(`delete from ${schema}.${table} where client_key = $1`, [key])
  }
  const [row] = await query<{ count: string; xid: string }>(
    `with gone as (delete from ${schema}.events where client_key = $1 returning 1)
    select count(*), pg_current_xact_id()::text as xid from gone`,
    [key],
  )
  return { count: Number(row?.count ?? 0), xid: row?.xid ?? '0' }
}

/** Rows that an open transaction may still see would be copied into the new files. */
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
    'the client is erased, but an old transaction keeps its rows in the files: erase it once more when that has ended',
  )
}

/**
 * Erases clients. Deleting, and plain VACUUM too, leave the bytes in the pages of tables and indexes;
 * only VACUUM FULL writes them anew, with the time it takes to copy the store, and everybody waiting.
 * So erasures that come while one is at work share the next. The server's write-ahead log, its
 * archives and backups hold what they held: those are for the operator to let expire.
 */
export const createEraser = (
  { query, transaction }: Database,
  schema: string,
): ((clientId: string) => Promise<number>) => {
  const tables = TABLES.map((table) => `${schema}.${table}`).join(', ')
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<unknown> | undefined
  const rewrite = (): Promise<unknown> => {
    next ??= running
      .catch(() => undefined)
      .then(() => {
        running = next ?? running
        next = undefined
        return query(`vacuum (full) ${tables}`)
      })
    return next
  }
  return async (clientId) => {
    await checkOwner(query, schema)
    const { count, xid } = await transaction((inside) => deleteClient(inside, schema, clientId))
    await waitForReaders(query, xid)
    await rewrite()
    return count
  }
}
