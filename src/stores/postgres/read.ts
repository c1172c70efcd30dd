import { setImmediate, setTimeout as delay } from 'node:timers/promises'
import type { QueryResultRow } from 'pg'
import type { Position } from '../../event-store/recorded-event.js'
import type { StoredEvent } from '../kit/event-record.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { PageRequest } from '../kit/store-engine.js'
import type { Query } from './connection.js'
import { PAGE, readPage, readTextAt, type Page } from './page.js'

/** After this many events, the event loop takes in what the server has sent meanwhile. */
const EVENTS_PER_TURN = 250

/** How long a reader waits for older transactions to end. */
const LONGEST_WAIT_MILLISECONDS = 1000

const LONGEST_PAUSE_MILLISECONDS = 32

interface EventRow extends StoredEvent {
  readonly recordedAt: string
  readonly revision: string
  readonly position: Position
}

const EVENT = `text, recorded_at as "recordedAt", revision, xid || '/' || position as position`

/** The events of one client in the order of their revisions. */
export const readClient = async (
  query: Query,
  schema: string,
  clientKey: StorageKey,
  fromRevision: number,
): Promise<ReadonlyArray<StoredEvent>> => {
  // Sorted here: without statistics of these columns, the server would sometimes sort on its disk.
  const rows = await query<EventRow & QueryResultRow>(
    `select ${EVENT} from ${schema}.events where client_key = $1 and revision >= $2`,
    [clientKey, fromRevision],
    'prepared',
  )
  return rows.toSorted((left, right) => Number(left.revision) - Number(right.revision))
}

/** The first event of each of these clients. */
export const readOneEventOfEach = (
  query: Query,
  schema: string,
  clientKeys: ReadonlyArray<StorageKey>,
): Promise<ReadonlyArray<StoredEvent>> =>
  query<EventRow & QueryResultRow>(
    `select ${EVENT} from ${schema}.events where revision = 1 and client_key = any($1)`,
    [clientKeys],
  )

interface Snapshot {
  /** The oldest transaction that is still open. */
  readonly oldest: string
  /** The first transaction that has not begun. */
  readonly next: string
}

const readSnapshot = async (query: Query): Promise<Snapshot> => {
  const [row] = await query<Snapshot & QueryResultRow>(
    `select pg_snapshot_xmin(pg_current_snapshot())::text as oldest,
      pg_snapshot_xmax(pg_current_snapshot())::text as next`,
  )
  if (row === undefined) throw new Error('a snapshot is one row')
  return row
}

/**
 * The position before the oldest open transaction. All events that it and later transactions commit
 * come after that position, and all events before it are settled. No event has the place 0 within its
 * transaction, so the position skips none.
 */
export const readLastPosition = async (query: Query): Promise<Position> =>
  `${(await readSnapshot(query)).oldest}/0`

const pause = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  delay(milliseconds, undefined, signal && { signal }).catch(() => undefined)

const ignoreError = (): void => undefined

const rowAt = ({ texts, times, revisions, positions }: Page, index: number): EventRow => ({
  text: texts[index] ?? '',
  recordedAt: times[index] ?? '',
  revision: revisions[index] ?? '',
  position: positions[index] ?? '',
})

/** The events of a page in small parts. A text that did not come with the page is read alone. */
async function* partsOf(
  query: Query,
  schema: string,
  page: Page,
): AsyncGenerator<ReadonlyArray<EventRow>, void> {
  let part: EventRow[] = []
  for (let index = 0; index < page.positions.length; index++) {
    const row = rowAt(page, index)
    if (row.text === '') {
      yield part
      part = []
      const text = await readTextAt(query, schema, row.position)
      if (text !== undefined) yield [{ ...row, text }]
    } else if (part.push(row) === EVENTS_PER_TURN) {
      yield part
      part = []
      await setImmediate()
    }
  }
  yield part
}

/**
 * The events that were committed when the reading began, page by page. If an older transaction is
 * still open, this waits for its end, but not for long. So an acknowledged event is read at once,
 * unless another session keeps a transaction open for seconds.
 */
export async function* readPages(
  query: Query,
  schema: string,
  { after = '0/0', signal, checkOpen }: PageRequest,
): AsyncGenerator<ReadonlyArray<StoredEvent>, void> {
  let last = after
  let horizon: string | undefined
  let nextPage: Promise<Page> | undefined
  let [waited, wait] = [0, 1]
  while (signal?.aborted !== true) {
    checkOpen()
    const page: Page = await (nextPage ?? readPage(query, schema, last, horizon))
    nextPage = undefined
    const settled = page.positions.length
    const isAllSettled = settled === page.found
    const isLast = isAllSettled && settled < PAGE
    last = page.positions.at(-1) ?? last
    if (!isLast) horizon ??= (await readSnapshot(query)).next
    if (settled === PAGE) {
      nextPage = readPage(query, schema, last, horizon)
      // A reader that stops before that page never sees its error.
      nextPage.catch(ignoreError)
      // So that the request is sent now, and not after the first part of this page.
      await setImmediate()
    }
    yield* partsOf(query, schema, page)
    if (isLast) return
    if (settled > 0) [waited, wait] = [0, 1]
    if (isAllSettled) continue
    if (waited >= LONGEST_WAIT_MILLISECONDS) return
    await pause(wait, signal)
    waited += wait
    wait = Math.min(wait * 2, LONGEST_PAUSE_MILLISECONDS)
  }
}
