import type { BlockingTransaction } from '../../event-store/event-store.js'
import type { Query } from './connection.js'

/** The oldest transaction with an id on the whole server, if an event of the store waits for its end. */
export const readBlockingTransaction = async (
  query: Query,
  schema: string,
): Promise<BlockingTransaction | null> => {
  const [row] = await query<{ pid: number | null; database: string; age: number | null }>(
    `select pid, database::text as database,
      (extract(epoch from clock_timestamp() - since) * 1000)::float8 as age
    from (
      select pid, datname as database, xact_start as since, backend_xid as xid
      from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
      union all select null, database, prepared, transaction from pg_prepared_xacts
    ) open
    where exists (
      select from ${schema}.events where xid >= pg_snapshot_xmin(pg_current_snapshot())
    )
    order by age(xid) desc limit 1`,
  )
  return row ?? null
}
