import type { Query } from './connection.js'

/** How many tombstones a schema holds. */
export const countTombstones = async (query: Query, schema: string): Promise<number> => {
  const [row] = await query<{ count: string }>(
    `select count(*) from ${schema}.erased`,
    [],
    'prepared',
  )
  return Number(row?.count)
}

/** Those of some tombstones that a schema holds. */
export const tombstonesAmong = async (
  query: Query,
  schema: string,
  tombstones: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> => {
  const rows = await query<{ tombstone: string }>(
    `select tombstone from ${schema}.erased where tombstone = any($1)`,
    [tombstones],
    'prepared',
  )
  return rows.map(({ tombstone }) => tombstone)
}
