import type { QueryResultRow } from 'pg'
import type { Position } from '../../event-store/recorded-event.js'
import type { Query } from './connection.js'

/** How many events are read at once. */
export const PAGE = 2000

/** A longer text is read alone, so that a page has about 30 MB at most. */
const LARGEST_JOINED_BYTES = 16_384

/** ASCII's record separator, which valid JSON never holds as a bare character. */
const SEPARATOR = '\u001e'

/** Settled events in the order of the store, as columns. */
export interface Page {
  /** Empty for an event whose text `readTextAt` has to read. */
  readonly texts: ReadonlyArray<string>
  /** Epoch milliseconds. */
  readonly times: ReadonlyArray<string>
  readonly revisions: ReadonlyArray<string>
  readonly positions: ReadonlyArray<Position>
  /** The number of events that were found, including those that are not settled. */
  readonly found: number
}

interface PageRow extends QueryResultRow {
  readonly found: string
  /** Null, like the other columns, if no event is settled. */
  readonly texts: string | null
  readonly times: string | null
  readonly revisions: string | null
  readonly positions: string | null
}

const cursorOf = (position: Position): ReadonlyArray<string> => {
  const [, xid, place] = /^(\d{1,20})\/(\d{1,19})$/.exec(position) ?? []
  if (xid === undefined || place === undefined) {
    throw new TypeError('this is not a position of a PostgreSQL store')
  }
  return [xid, place]
}

const split = (texts: string | null, separator: string): ReadonlyArray<string> =>
  texts === null ? [] : texts.split(separator)

/**
 * The next events in the order of (transaction id, position). An open transaction can add events only
 * at or after the oldest open one, so all events before that one are settled: their order never
 * changes. The position alone would not do: it is a serial number that is given before the commit, and
 * a reader that goes by it skips what is committed late.
 *
 * The page is one row, and its texts are split here. For as many rows, the driver would need a fifth
 * of the whole time.
 *
 * @param horizon - only events of transactions before this one
 * @throws TypeError if `after` is not a position.
 */
export const readPage = async (
  query: Query,
  schema: string,
  after: Position,
  horizon: string | undefined,
): Promise<Page> => {
  const [row] = await query<PageRow>(
    // An aggregate takes its rows in the order of the sub-query. The snapshot is in a sub-query of its
    // own, which the server runs once and not for every row.
    `select count(*)::text as found,
      string_agg(
        case when octet_length(text) <= ${LARGEST_JOINED_BYTES} and strpos(text, chr(30)) = 0
          then text else '' end,
        chr(30)
      ) filter (where is_settled) as texts,
      string_agg(recorded_at::text, ',') filter (where is_settled) as times,
      string_agg(revision::text, ',') filter (where is_settled) as revisions,
      string_agg(xid || '/' || position, ',') filter (where is_settled) as positions
    from (
      select xid, position, text, recorded_at, revision,
        xid < (select pg_snapshot_xmin(pg_current_snapshot())) as is_settled
      from ${schema}.events
      where (xid, position) > ($1::xid8, $2::bigint) and ($3::xid8 is null or xid < $3::xid8)
      order by xid, position limit ${PAGE}
    ) page`,
    // Not prepared: with these values in the plan, the server reads no further than the horizon.
    [...cursorOf(after), horizon ?? null],
  )
  if (row === undefined) throw new Error('a page is one row')
  return {
    texts: split(row.texts, SEPARATOR),
    times: split(row.times, ','),
    revisions: split(row.revisions, ','),
    positions: split(row.positions, ','),
    found: Number(row.found),
  }
}

/** The text of an event that did not come with its page; `undefined` if it has been erased since. */
export const readTextAt = async (
  query: Query,
  schema: string,
  position: Position,
): Promise<string | undefined> => {
  const [row] = await query<{ readonly text: string }>(
    `select text from ${schema}.events where xid = $1 and position = $2`,
    cursorOf(position),
    'prepared',
  )
  return row?.text
}
