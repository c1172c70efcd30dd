import type { Query } from './connection.js'

/**
 * The tables of compaction, since version 4 of the schema.
 *
 * - `dropped`: hashes of the ids of dropped events. A UUID is the type for 128 bits.
 * - `store_facts`: numbers about the whole store. `compacted_before` is the moment of the latest compaction.
 */
export const compactionTableStatements = (schema: string): string => `
create table ${schema}.dropped (event_hash uuid primary key);
create table ${schema}.store_facts (name text collate "C" primary key, value bigint not null);
`

/** The hash of an event key as SQL: see `droppedHashOf`. */
export const droppedHashExpression = (eventKey: string): string =>
  `left(encode(sha256(convert_to(${eventKey}, 'UTF8')), 'hex'), 32)::uuid`

/** Notes dropped events by their hashes. */
export const insertDropped = async (
  query: Query,
  schema: string,
  hashes: ReadonlyArray<string>,
): Promise<void> => {
  if (hashes.length === 0) return
  await query(
    `insert into ${schema}.dropped select unnest($1::uuid[]) on conflict do nothing`,
    [hashes],
    'prepared',
  )
}

/** A fact of the store; null if it does not have the fact. */
export const readFact = async (
  query: Query,
  schema: string,
  name: string,
): Promise<number | null> => {
  const [row] = await query<{ value: string }>(
    `select value::text as value from ${schema}.store_facts where name = $1`,
    [name],
    'prepared',
  )
  return row === undefined ? null : Number(row.value)
}

/** Raises a fact of the store. It never falls. */
export const raiseFact = async (
  query: Query,
  schema: string,
  name: string,
  value: number,
): Promise<void> => {
  await query(
    `insert into ${schema}.store_facts as f values ($1, $2)
    on conflict (name) do update set value = greatest(f.value, excluded.value)`,
    [name, value],
  )
}
