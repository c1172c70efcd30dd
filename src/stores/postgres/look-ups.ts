import type { StorageKey } from '../kit/storage-key.js'
import type { Query } from './connection.js'

/** The tables that lead from a session or a user to its clients. */
export type LookUpTable = 'session_clients' | 'user_clients'

/** Both tables have one shape. A key has up to 1,500 bytes, and an index row cannot hold two of them. */
export const lookUpTableStatements = (schema: string, table: LookUpTable): string => `
  create table ${schema}.${table} (
    key text collate "C" not null,
    client_key text collate "C" not null
  );
  create index ${table}_key on ${schema}.${table} (key, left(client_key, 64));
  alter index ${schema}.${table}_key alter column 2 set statistics 0;
  alter table ${schema}.${table} alter key set statistics 0, alter client_key set statistics 0;
`

/**
 * Adds rows to a look-up, except those that are there. No other transaction adds rows of these clients
 * meanwhile, because the caller holds their locks or has written their next revision; so it is enough
 * to look. With `offset 0` the server looks up the rows one by one, and never joins whole tables.
 *
 * @param rows - a table expression with two columns: the key and the client's key
 */
export const insertIntoLookUp = (schema: string, table: LookUpTable, rows: string): string => `
    insert into ${schema}.${table} (key, client_key)
    select n.key, n.client_key from ${rows} n(key, client_key)
    where not exists (
      select from ${schema}.${table} l
      where l.key = n.key
        and left(l.client_key, 64) = left(n.client_key, 64) and l.client_key = n.client_key
      offset 0
    )`

interface ClientKeyRow {
  readonly client_key: StorageKey
}

/**
 * The keys of all clients, from one to the next: each step looks into the index once. An erasure can delete
 * any event of a client, so no revision marks a client. `distinct` would read every event.
 */
export const readClientKeys = async (
  query: Query,
  schema: string,
): Promise<ReadonlyArray<StorageKey>> => {
  const rows = await query<ClientKeyRow>(
    `with recursive clients as (
      (select client_key from ${schema}.events order by client_key limit 1)
      union all
      select (
        select e.client_key from ${schema}.events e
        where e.client_key > c.client_key order by e.client_key limit 1
      ) from clients c where c.client_key is not null
    )
    select client_key from clients where client_key is not null`,
  )
  return rows.map(({ client_key: key }) => key)
}

/** The keys of the clients that a look-up has for a user or a session. */
export const readLookUp = async (
  query: Query,
  schema: string,
  table: LookUpTable,
  key: StorageKey,
): Promise<ReadonlyArray<StorageKey>> => {
  const rows = await query<ClientKeyRow>(
    `select client_key from ${schema}.${table} where key = $1`,
    [key],
    'prepared',
  )
  return rows.map(({ client_key: clientKey }) => clientKey)
}
