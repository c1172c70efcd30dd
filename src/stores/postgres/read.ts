import { setImmediate, setTimeout as delay } from 'node:timers/promises'
import type { QueryResultRow } from 'pg'
import type { LogEnd } from '../../event-store/event-store.js'
import type { Position } from '../../event-store/recorded-event.js'
import type { StoredEvent } from '../kit/event-record.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { PageRequest } from '../kit/page-request.js'
import type { ClientRows } from '../kit/store-engine.js'
import { ForeignPosition } from '../../event-store/store-error.js'
import type { Query } from './connection.js'
import { lifeExpression, type Life } from './life.js'
import { PAGE, placeOf, placeOfPosition, readPage, readTextAt, type Page } from './page.js'

/** After this many events, the event loop takes in what the server has sent meanwhile. */
const EVENTS_PER_TURN = 250

/** How long a settled reading waits for older transactions to end. */
const LONGEST_WAIT_MILLISECONDS = 1000

const LONGEST_PAUSE_MILLISECONDS = 32

/** A place before every event. */
const BEFORE_ALL = '0/0'

interface EventRow extends StoredEvent {
  readonly recordedAt: string
  readonly revision: string
  readonly position: Position
}

const EVENT = `text, recorded_at as "recordedAt", revision, xid || '/' || position as position`

const withLife = (row: EventRow, { positionOf }: Life): EventRow => ({
  ...row,
  position: positionOf(row.position),
})

/** Which events of which client to read. */
export interface ClientPlace {
  readonly clientKey: StorageKey
  readonly fromRevision: number
  /** The hash by which the horizons name the client. */
  readonly clientHash: string
}

/** The events of one client in the order of their revisions. */
export const readClient = async (
  query: Query,
  schema: string,
  life: Life,
  { clientKey, fromRevision, clientHash }: ClientPlace,
): Promise<ClientRows> => {
  // Sorted here: without statistics of these columns, the server would sometimes sort on its disk.
  const rows = await query<EventRow & QueryResultRow & { readonly horizon: string | null }>(
    `select ${EVENT},
      (select h.revision from ${schema}.horizons h where h.client_hash = $3) as horizon
    from ${schema}.events where client_key = $1 and revision >= $2`,
    [clientKey, fromRevision, clientHash],
    'prepared',
  )
  const events = rows
    .toSorted((left, right) => Number(left.revision) - Number(right.revision))
    .map((row) => withLife(row, life))
  return { events, horizon: Number(rows[0]?.horizon ?? 0) }
}

/** Any one event of each of these clients. */
export const readOneEventOfEach = async (
  query: Query,
  schema: string,
  life: Life,
  clientKeys: ReadonlyArray<StorageKey>,
): Promise<ReadonlyArray<StoredEvent>> => {
  const rows = await query<EventRow & QueryResultRow>(
    `select ${EVENT} from unnest($1::text[]) key, lateral (
      select * from ${schema}.events where client_key = key order by revision limit 1
    ) first`,
    [clientKeys],
  )
  return rows.map((row) => withLife(row, life))
}

/**
 * The position of the last event before the oldest open transaction: every event before it is settled, and what
 * open and later transactions commit comes after it. It is the place of an event, and not that transaction's
 * own id: after a crash the server gives an id again if its disk has no trace of it, and an event under such
 * an id would be skipped.
 *
 * The marker is which transactions were open then, and the last event: an event of a later snapshot was
 * committed by one of them, or by a later one; and after a crash it comes after that last event.
 */
export const readLogEnd = async (
  query: Query,
  schema: string,
  { note, positionOf }: Life,
): Promise<LogEnd> => {
  const lastEvent = (condition: string): string =>
    `(select xid || '/' || position from ${schema}.events where ${condition}
      order by events.xid desc, events.position desc limit 1)`
  const [row] = await query<{
    readonly snapshot: string
    readonly life: string
    readonly settled: string | null
    readonly last: string | null
  }>(
    `select pg_current_snapshot()::text as snapshot, ${lifeExpression(schema)} as life,
      ${lastEvent('xid < (select pg_snapshot_xmin(pg_current_snapshot()))')} as settled,
      ${lastEvent('true')} as last`,
    [],
    'prepared',
  )
  if (row === undefined) throw new Error('a snapshot is one row')
  const life = note(row.life)
  return {
    position: positionOf(row.settled ?? BEFORE_ALL),
    marker: `${life}/${row.snapshot}/${row.last ?? ''}`,
  }
}

const pause = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  delay(milliseconds, undefined, signal && { signal }).catch(() => undefined)

const ignoreError = (): void => undefined

const rowAt = (
  { texts, times, revisions, places }: Page,
  life: string,
  index: number,
): EventRow => ({
  text: texts[index] ?? '',
  recordedAt: times[index] ?? '',
  revision: revisions[index] ?? '',
  position: `${life}:${places[index] ?? ''}`,
})

/** The events of a page in small parts. A text that did not come with the page is read alone. */
async function* partsOf(
  query: Query,
  schema: string,
  page: Page,
  life: string,
): AsyncGenerator<ReadonlyArray<EventRow>, void> {
  let part: EventRow[] = []
  for (const [index, place] of page.places.entries()) {
    const row = rowAt(page, life, index)
    if (row.text === '') {
      yield part
      part = []
      const text = await readTextAt(query, schema, place)
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
 * The events that were committed when the reading began, page by page.
 *
 * A complete reading gives all of them at once. A settled one gives an event when all older
 * transactions have ended, and waits for them, but not for long: so an acknowledged event is read
 * soon, unless another session keeps a transaction open for seconds.
 *
 * @throws ForeignPosition if `after` is a position of another life, or if the life ends between two
 *   pages.
 */
export async function* readPages(
  query: Query,
  schema: string,
  { note }: Life,
  { after, mode, signal, checkOpen }: PageRequest,
): AsyncGenerator<ReadonlyArray<StoredEvent>, void> {
  const start = after === undefined ? undefined : placeOfPosition(after)
  let last = start ?? { xid: '0', number: '0' }
  let life = start?.life
  let snapshot: string | undefined
  let nextPage: Promise<Page> | undefined
  let [waited, wait] = [0, 1]
  while (signal?.aborted !== true) {
    checkOpen()
    const page: Page = await (nextPage ?? readPage(query, schema, mode, last, snapshot))
    nextPage = undefined
    const lifeOfPage = note(page.life)
    life ??= lifeOfPage
    if (lifeOfPage !== life) throw new ForeignPosition()
    const given = page.places.length
    const isAllGiven = given === page.found
    const isLast = isAllGiven && given < PAGE
    const lastPlace = page.places.at(-1)
    if (lastPlace !== undefined) last = { ...last, ...placeOf(lastPlace) }
    snapshot ??= page.snapshot
    if (given === PAGE) {
      nextPage = readPage(query, schema, mode, last, snapshot)
      // A reader that stops before that page never sees its error.
      nextPage.catch(ignoreError)
      // So that the request is sent now, and not after the first part of this page.
      await setImmediate()
    }
    yield* partsOf(query, schema, page, life)
    if (isLast) return
    if (given > 0) [waited, wait] = [0, 1]
    if (isAllGiven) continue
    if (waited >= LONGEST_WAIT_MILLISECONDS) return
    await pause(wait, signal)
    waited += wait
    wait = Math.min(wait * 2, LONGEST_PAUSE_MILLISECONDS)
  }
}
