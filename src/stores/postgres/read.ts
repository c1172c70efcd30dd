import { setImmediate, setTimeout as delay } from 'node:timers/promises'
import type { QueryResultRow } from 'pg'
import type { ReadFrom } from '../../event-store/event-store.js'
import { oneByOne } from '../kit/one-by-one.js'
import { readRecord } from '../kit/event-record.js'
import type { Position, RecordedEvent } from '../../event-store/recorded-event.js'
import { keyOf } from '../kit/storage-key.js'
import type { Query } from './database.js'
import { PAGE, pageAfter, textAt, type Page } from './page.js'

/** After so many events the event loop has its turn, and takes in what the server has sent meanwhile. */
const TURN = 250

/** For how long a reader waits for older transactions to end. */
const LONGEST_WAIT_MILLISECONDS = 1000

const LONGEST_PAUSE_MILLISECONDS = 32

interface Row {
  readonly text: string
  readonly recorded_at: string
  readonly revision: string
  /** Not named like its column, by which is ordered. */
  readonly place: Position
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

const rowAt = ({ texts, times, revisions, positions }: Page, index: number): Row => ({
  text: texts[index] ?? '',
  recorded_at: times[index] ?? '',
  revision: revisions[index] ?? '',
  place: positions[index] ?? '',
})

/** A page in turns of the event loop, each text that is not on it in one of its own. */
async function* inTurns(
  query: Query,
  schema: string,
  page: Page,
): AsyncGenerator<ReadonlyArray<Row>, void> {
  let turn: Row[] = []
  for (let index = 0; index < page.positions.length; index++) {
    const row = rowAt(page, index)
    if (row.text === '') {
      yield turn
      turn = []
      const text = await textAt(query, schema, row.place)
      if (text !== undefined) yield [{ ...row, text }]
    } else if (turn.push(row) === TURN) {
      yield turn
      turn = []
      await setImmediate()
    }
  }
  yield turn
}

/** Pages of what is settled. */
async function* settledPages(
  query: Query,
  schema: string,
  checkOpen: () => void,
  { after = '0/0', signal }: ReadFrom,
): AsyncGenerator<ReadonlyArray<Row>, void> {
  let last = after
  let horizon: string | undefined
  let next: Promise<Page> | undefined
  let [waited, wait] = [0, 1]
  while (signal?.aborted !== true) {
    checkOpen()
    const page: Page = await (next ?? pageAfter(query, schema, last, horizon))
    next = undefined
    const settled = page.positions.length
    const isAllSettled = settled === page.found
    const isLast = isAllSettled && settled < PAGE
    last = page.positions.at(-1) ?? last
    if (!isLast) horizon ??= (await snapshotOf(query)).next
    if (settled === PAGE) {
      next = pageAfter(query, schema, last, horizon)
      // Whoever reads no further does not hear of it.
      next.catch(ignore)
      // Asked before this page is read, and not after its first turn.
      await setImmediate()
    }
    yield* inTurns(query, schema, page)
    if (isLast) return
    if (settled > 0) [waited, wait] = [0, 1]
    if (isAllSettled) continue
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
