import { setImmediate, setTimeout as delay } from 'node:timers/promises'
import type { QueryResultRow } from 'pg'
import type { ReadFrom } from '../../store/event-store.js'
import { oneByOne } from '../../store/one-by-one.js'
import { readRecord, type Position, type RecordedEvent } from '../../store/recorded-event.js'
import { keyOf } from '../../store/storage-key.js'
import type { Query } from './database.js'

/** How many events are read at once; the next so many are under way meanwhile. */
const PAGE = 1000

/** After so many events the event loop has its turn, and takes in what the server has sent meanwhile. */
const TURN = 100

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
  horizon: string | undefined,
): Promise<ReadonlyArray<PageRow>> =>
  query<PageRow>(
    // Asked in a query of its own, which is answered once, and not for every row.
    `select case when xid < (select pg_snapshot_xmin(pg_current_snapshot())) then text end as text,
      recorded_at, revision, xid || '/' || position as place
    from ${schema}.events
    where (xid, position) > ($1::xid8, $2::bigint) and ($3::xid8 is null or xid < $3::xid8)
    order by xid, position limit ${PAGE}`,
    // Not prepared: planned with these values, it reads no further than the horizon.
    [...cursorOf(after), horizon ?? null],
  )

interface Snapshot {
  /** The oldest transaction that is still open. */
  readonly oldest: string
  /** The first one that has not begun. */
  readonly next: string
}

const snapshotOf = async (query: Query): Promise<Snapshot> => {
  const [row] = await query<Snapshot & QueryResultRow>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text as oldest,
      pg_snapshot_xmax(pg_current_snapshot())::text as next`,
  )
  if (row === undefined) throw new Error('a snapshot is one row')
  return row
}

/**
 * Before the oldest transaction that is still open: all that it and later ones commit comes after, and
 * all before is settled. No event has the position 0, so that none is taken for read.
 */
export const lastPositionIn = async (query: Query): Promise<Position> =>
  `${(await snapshotOf(query)).oldest}/0`

const pause = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  delay(milliseconds, undefined, signal && { signal }).catch(() => undefined)

const ignore = (): void => undefined

/** Pages of what is settled, in turns of the event loop. */
async function* settledPages(
  query: Query,
  schema: string,
  checkOpen: () => void,
  { after = '0/0', signal }: ReadFrom,
): AsyncGenerator<ReadonlyArray<Row>, void> {
  let last = after
  let horizon: string | undefined
  let next: Promise<ReadonlyArray<PageRow>> | undefined
  let [waited, wait] = [0, 1]
  while (signal?.aborted !== true) {
    checkOpen()
    const page: ReadonlyArray<PageRow> = await (next ?? pageAfter(query, schema, last, horizon))
    next = undefined
    const open = page.findIndex(({ text }) => text === null)
    const settled = (open === -1 ? page : page.slice(0, open)) as ReadonlyArray<Row>
    const isLast = open === -1 && page.length < PAGE
    last = settled.at(-1)?.place ?? last
    if (!isLast) horizon ??= (await snapshotOf(query)).next
    if (settled.length === PAGE) {
      next = pageAfter(query, schema, last, horizon)
      // Whoever reads no further does not hear of it.
      next.catch(ignore)
    }
    for (let place = 0; place < settled.length; place += TURN) {
      if (place > 0) await setImmediate()
      yield settled.slice(place, place + TURN)
    }
    if (isLast) return
    if (settled.length > 0) [waited, wait] = [0, 1]
    if (open === -1) continue
    if (waited >= LONGEST_WAIT_MILLISECONDS) return
    await pause(wait, signal)
    waited += wait
    wait = Math.min(wait * 2, LONGEST_PAUSE_MILLISECONDS)
  }
}

/**
 * Reads what was committed when the reading began. If a transaction is older than some of that, its
 * end is waited for, though not for ever: what is acknowledged is read at once, as long as nobody
 * keeps a transaction open for seconds.
 *
 * @param checkOpen - throws if the store was closed
 */
export const readAllFrom = (
  query: Query,
  schema: string,
  checkOpen: () => void,
  from: ReadFrom,
): AsyncIterable<RecordedEvent> => {
  const give = (row: Row): RecordedEvent => {
    checkOpen()
    return eventOf(row)
  }
  const pages = settledPages(query, schema, checkOpen, from)
  return oneByOne(pages, give, () => from.signal?.aborted === true)
}
