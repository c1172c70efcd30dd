import type { Erasures } from '../../event-store/event-store.js'
import type { Query } from './connection.js'
import { compactionTableStatements } from './dropped.js'
import { stopOlderStatements } from './older-processes.js'

/**
 * The tables of erasures, since version 4 of the schema. They hold hashes, and no id.
 *
 * - `tombstones`: what was erased, and when (epoch milliseconds).
 * - `horizons`: the revision up to which a client may have holes.
 * - `erasures`: the clients that lost something, by numbers that ascend in the order of the commits.
 */
export const erasureTableStatements = (schema: string): string => `
create table ${schema}.tombstones (
  tombstone text collate "C" primary key,
  erased_at bigint not null
);
create table ${schema}.horizons (
  client_hash text collate "C" primary key,
  revision bigint not null
);
create table ${schema}.erasures (
  number bigint primary key,
  client_hash text collate "C" not null
);
`

/**
 * Turns version 3 into version 4. The table of tombstones gets another name, so that a process of an older
 * version, which knows no moments, cannot write any more: it gets an error that says to stop it.
 */
export const upgradeTombstoneStatements = (schema: string): string => `
${erasureTableStatements(schema)}
${compactionTableStatements(schema)}
insert into ${schema}.tombstones
  select tombstone, (extract(epoch from clock_timestamp()) * 1000)::bigint from ${schema}.erased;
drop table ${schema}.erased;
${stopOlderStatements(schema)}`

/** Adds a tombstone. If it is there already, the later moment counts. */
export const putTombstone = async (
  query: Query,
  schema: string,
  tombstone: string,
  erasedAt: number,
): Promise<void> => {
  await query(
    `insert into ${schema}.tombstones as t values ($1, $2)
    on conflict (tombstone) do update set erased_at = excluded.erased_at
      where excluded.erased_at > t.erased_at`,
    [tombstone, erasedAt],
  )
}

/** Adds the tombstones of forgotten sessions. If one is there already, the later moment counts. */
export const putTombstones = async (
  query: Query,
  schema: string,
  tombstones: ReadonlyArray<string>,
  erasedAt: number,
): Promise<void> => {
  if (tombstones.length === 0) return
  await query(
    `insert into ${schema}.tombstones as t select unnest($1::text[]), $2::bigint
    on conflict (tombstone) do update set erased_at = excluded.erased_at
      where excluded.erased_at > t.erased_at`,
    [[...new Set(tombstones)], erasedAt],
    'prepared',
  )
}

/** The erasures after a number; without a number only the last one's number. */
export const readErasures = async (
  query: Query,
  schema: string,
  after: number | undefined,
  limit: number,
): Promise<Erasures> => {
  if (after === undefined) {
    const [row] = await query<{ last: string }>(
      `select coalesce(max(number), 0)::text as last from ${schema}.erasures`,
      [],
      'prepared',
    )
    return { last: Number(row?.last ?? 0), clients: [] }
  }
  const rows = await query<{ number: string; hash: string }>(
    `select number::text as number, client_hash as hash from ${schema}.erasures
    where number > $1 order by erasures.number limit $2`,
    [after, limit],
    'prepared',
  )
  return { last: Number(rows.at(-1)?.number ?? after), clients: rows.map(({ hash }) => hash) }
}
