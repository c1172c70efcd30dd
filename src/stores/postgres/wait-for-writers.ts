import { setTimeout as delay } from 'node:timers/promises'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { Query } from './connection.js'

/** How long an erasure waits for writers that began before it. */
const LONGEST_WAIT_MILLISECONDS = 10_000
const LONGEST_PAUSE_MILLISECONDS = 20

/** The transactions that may write to the log now. */
const readWriters = async (query: Query, schema: string): Promise<Set<string>> => {
  const rows = await query<{ writer: string }>(
    `select distinct virtualtransaction as writer from pg_locks
    where locktype = 'relation' and relation = $1::regclass and mode = 'RowExclusiveLock'
      and granted and pid is distinct from pg_backend_pid()
      and database = (select oid from pg_database where datname = current_database())`,
    [`${schema}.events`],
  )
  return new Set(rows.map(({ writer }) => writer))
}

/**
 * Waits until all transactions have ended that write to the log now. Later ones see the tombstone: a
 * statement takes its snapshot after the lock with which it writes. No append waits for this: to lock the
 * table itself would keep all appends waiting behind the slowest writer, and behind every VACUUM.
 */
export const waitForWriters = async (query: Query, schema: string): Promise<void> => {
  const writers = await readWriters(query, schema)
  let [waited, pause] = [0, 1]
  while (writers.size > 0) {
    if (waited > LONGEST_WAIT_MILLISECONDS) {
      throw new StoreUnavailable(
        'busy',
        'later events are refused, but nothing is deleted yet: a transaction has been writing to the store for too long; try again when it has ended',
      )
    }
    await delay(pause)
    waited += pause
    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS)
    const present = await readWriters(query, schema)
    for (const writer of writers) if (!present.has(writer)) writers.delete(writer)
  }
}
