import type { QueryResultRow } from 'pg'
import type { Position } from '../../event-store/recorded-event.js'
import { ForeignPosition } from '../../event-store/store-error.js'
import type { ReadMode } from '../kit/page-request.js'
import type { Query } from './connection.js'
import { lifeExpression, partsOfPosition } from './life.js'

/** How many events are read at once. */
export const PAGE = 2000

/** A longer text is read alone, so that a page has about 30 MB at most. */
const LARGEST_JOINED_BYTES = 16_384

/** ASCII's record separator, which valid JSON never holds as a bare character. */
const SEPARATOR = '\u001e'

/** A place in the order of a store: the id of a transaction, and the number of an event within it. */
export interface Place {
  readonly xid: string
  readonly number: string
}

/** Events in the order of the store, as columns. */
export interface Page {
  /** Empty for an event whose text `readTextAt` has to read. */
  readonly texts: ReadonlyArray<string>
  /** Epoch milliseconds. */
  readonly times: ReadonlyArray<string>
  readonly revisions: ReadonlyArray<string>
  /** As `<transaction id>/<number>`. */
  readonly places: ReadonlyArray<string>
  /** The number of events that were found, including those that are not given because they are not settled. */
  readonly found: number
  /** The life of the store from which the page was read, as `lifeExpression` gives it. */
  readonly life: string
  /** The transactions that the page sees as committed, as text. */
  readonly snapshot: string
}

interface PageRow extends QueryResultRow {
  readonly found: string
  /** Null, like the other columns, if no event is given. */
  readonly texts: string | null
  readonly times: string | null
  readonly revisions: string | null
  readonly places: string | null
  readonly life: string
  readonly snapshot: string
}

/**
 * The life and the place of a position.
 *
 * @throws ForeignPosition if it is a position of another kind of store.
 */
export const placeOfPosition = (position: Position): Place & { readonly life: string } => {
  const parts = partsOfPosition(position)
  if (parts === undefined) throw new ForeignPosition()
  return parts
}

/** The place that a page gives as a text. */
export const placeOf = (text: string): Place => {
  const [xid = '', number = ''] = text.split('/')
  return { xid, number }
}

const split = (texts: string | null, separator: string): ReadonlyArray<string> =>
  texts === null ? [] : texts.split(separator)

/**
 * Which events a page of each mode finds ($3 is the snapshot of the first page), and which of them it
 * gives. The later pages of a complete reading leave out what was committed after the first one, so
 * that all pages are of one moment, without a transaction that stays open.
 */
const CONDITIONS: Readonly<
  Record<ReadMode, { readonly isFound: string; readonly isGiven: string }>
> = {
  complete: {
    isFound:
      'xid < pg_snapshot_xmax($3::pg_snapshot) and pg_visible_in_snapshot(xid, $3::pg_snapshot)',
    isGiven: 'true',
  },
  settled: {
    isFound: 'xid < pg_snapshot_xmax($3::pg_snapshot)',
    // In a sub-query of its own, which the server runs once and not for every row.
    isGiven: 'xid < (select pg_snapshot_xmin(pg_current_snapshot()))',
  },
}

/**
 * The next events in the order of (transaction id, position). An open transaction can add events only
 * at or after the oldest open one, so all events before that one are settled: their order never
 * changes. The position alone would not do: it is a serial number that is given before the commit, and
 * a reader that goes by it skips what is committed late.
 *
 * The page is one row, and its texts are split here. For as many rows, the driver would need a fifth
 * of the whole time.
 *
 * @param snapshot - only events of transactions that could be committed in this snapshot
 */
export const readPage = async (
  query: Query,
  schema: string,
  mode: ReadMode,
  after: Place,
  snapshot: string | undefined,
): Promise<Page> => {
  const { isFound, isGiven } = CONDITIONS[mode]
  const [row] = await query<PageRow>(
    // An aggregate takes its rows in the order of the sub-query.
    `select count(*)::text as found,
      string_agg(
        case when octet_length(text) <= ${LARGEST_JOINED_BYTES} and strpos(text, chr(30)) = 0
          then text else '' end,
        chr(30)
      ) filter (where is_given) as texts,
      string_agg(recorded_at::text, ',') filter (where is_given) as times,
      string_agg(revision::text, ',') filter (where is_given) as revisions,
      string_agg(xid || '/' || position, ',') filter (where is_given) as places,
      ${lifeExpression(schema)} as life,
      pg_current_snapshot()::text as snapshot
    from (
      select xid, position, text, recorded_at, revision, ${isGiven} as is_given
      from ${schema}.events
      where (xid, position) > ($1::xid8, $2::bigint)
        and ($3::pg_snapshot is null or (${isFound}))
      order by xid, position limit ${PAGE}
    ) page`,
    // Not prepared: with these values in the plan, the server reads no further than the snapshot.
    [after.xid, after.number, snapshot ?? null],
  )
  if (row === undefined) throw new Error('a page is one row')
  return {
    texts: split(row.texts, SEPARATOR),
    times: split(row.times, ','),
    revisions: split(row.revisions, ','),
    places: split(row.places, ','),
    found: Number(row.found),
    life: row.life,
    snapshot: row.snapshot,
  }
}

/** The text of an event that did not come with its page; `undefined` if it has been erased since. */
export const readTextAt = async (
  query: Query,
  schema: string,
  place: string,
): Promise<string | undefined> => {
  const { xid, number } = placeOf(place)
  const [row] = await query<{ readonly text: string }>(
    `select text from ${schema}.events where xid = $1 and position = $2`,
    [xid, number],
    'prepared',
  )
  return row?.text
}
