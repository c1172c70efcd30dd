import { setTimeout as delay } from 'node:timers/promises'
import type { ReadFrom } from '../../store/event-store.js'
import { readRecord, type Position, type RecordedEvent } from '../../store/recorded-event.js'
import { keyOf } from '../../store/storage-key.js'
import type { Query } from './database.js'

/** How many events are held in memory at once. */
const PAGE = 1000

/** For how long a reader waits for older transactions to end. */
const LONGEST_WAIT_MILLISECONDS = 1000

const LONGEST_PAUSE_MILLISECONDS = 32

interface Row {
  readonly text: string
  readonly recorded_at: string
  readonly revision: string
  /** Not named like its column, by which is ordered. */
  readonly place: string
}

interface PageRow extends Omit<Row, 'text'> {
  /** Null for an event before which another may still be committed. */
  readonly text: string | null
  readonly horizon: string
}

const eventOf = ({ text, recorded_at, revision, place }: Row): RecordedEvent =>
  readRecord(text, Number(recorded_at), Number(revision), place)

/** The events of one client in the order of their revisions. */
export const readClientFrom = async (
  query: Query,
  schema: string,
  clientId: string,
  fromRevision: number,
): Promise<ReadonlyArray<RecordedEvent>> => {
  // Sorted here: the server, which has no statistics of these columns, would at times sort on its disk.
  const rows = await query<Row>(
    `select text, recorded_at, revision, xid || '/' || position as place
    from ${schema}.events where client_key = $1 and revision >= $2`,
    [keyOf(clientId), fromRevision],
    'prepared',
  )
  return rows.map(eventOf).sort((left, right) => left.revision - right.revision)
}

const cursorOf = (position: Position): ReadonlyArray<string> => {
  const [, xid, place] = /^(\d{1,20})\/(\d{1,19})$/.exec(position) ?? []
  if (xid === undefined || place === undefined) {
    throw new TypeError('this is no position of a PostgreSQL store')
  }
  return [xid, place]
}

/**
 * The next events in the order of (transaction id, position). A transaction that is still open can only
 * add events at or after the oldest one that is open, so that all before it is settled for ever. A
 * serial number alone is given before the commit: whoever reads by it skips what is committed late.
 */
const pageAfter = (
  query: Query,
  schema: string,
  after: Position,
  horizon: string | null,
): Promise<ReadonlyArray<PageRow>> =>
  query<PageRow>(
    `select case when xid < pg_snapshot_xmin(pg_current_snapshot()) then text end as text,
      recorded_at, revision, xid || '/' || position as place,
      pg_snapshot_xmax(pg_current_snapshot())::text as horizon
    from ${schema}.events
    where (xid, position) > ($1::xid8, $2::bigint) and ($3::xid8 is null or xid < $3::xid8)
    order by xid, position limit ${PAGE}`,
    [...cursorOf(after), horizon],
  )

/**
 * Before the oldest transaction that is still open: all that it and later ones commit comes after, and
 * all before is settled. No event has the position 0, so that none is taken for read.
 */
export const lastPositionIn = async (query: Query): Promise<Position> => {
  const [row] = await query<{ oldest: string }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as oldest',
  )
  if (row === undefined) throw new Error('a snapshot is one row')
  return `${row.oldest}/0`
}

const pause = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  delay(milliseconds, undefined, signal && { signal }).catch(() => undefined)

/**
 * Reads what was committed when the reading began. If a transaction is older than some of that, its
 * end is waited for, though not for ever: what is acknowledged is read at once, as long as nobody
 * keeps a transaction open for seconds.
 */
export async function* readAllFrom(
  query: Query,
  schema: string,
  { after = '0/0', signal }: ReadFrom,
): AsyncGenerator<RecordedEvent, void> {
  const isAborted = (): boolean => signal?.aborted === true
  let last = after
  let horizon: string | null = null
  let waited = 0
  let wait = 1
  while (!isAborted()) {
    const page: ReadonlyArray<PageRow> = await pageAfter(query, schema, last, horizon)
    horizon ??= page[0]?.horizon ?? null
    let settled = 0
    for (const { text, ...row } of page) {
      if (text === null || isAborted()) break
      yield eventOf({ ...row, text })
      last = row.place
      settled += 1
    }
    if (settled > 0) [waited, wait] = [0, 1]
    if (settled === page.length && page.length < PAGE) return
    if (settled === page.length) continue
    if (waited >= LONGEST_WAIT_MILLISECONDS) return
    await pause(wait, signal)
    waited += wait
    wait = Math.min(wait * 2, LONGEST_PAUSE_MILLISECONDS)
  }
}
