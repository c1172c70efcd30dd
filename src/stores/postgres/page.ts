import type { QueryResultRow } from 'pg'
import type { Position } from '../../event-store/recorded-event.js'
import type { Query } from './database.js'

/** How many events are read at once. */
export const PAGE = 2000

/** Larger texts are asked for one by one, so that a page has some 30 MB at most. */
const LARGEST_JOINED_BYTES = 16_384

/** ASCII's record separator, which JSON has nowhere as itself. */
const SEPARATOR = '\u001e'

/** What is settled, in the order of the store, by columns. */
export interface Page {
  /** Empty where the text is to be asked for by `textAt`. */
  readonly texts: ReadonlyArray<string>
  /** Epoch milliseconds. */
  readonly times: ReadonlyArray<string>
  readonly revisions: ReadonlyArray<string>
  readonly positions: ReadonlyArray<Position>
  /** How many were found, with those before which another may still be committed. */
  readonly found: number
}

interface PageRow extends QueryResultRow {
  readonly found: string
  /** Null, like the other texts, if nothing is settled. */
  readonly texts: string | null
  readonly times: string | null
  readonly revisions: string | null
  readonly positions: string | null
}

const cursorOf = (position: Position): ReadonlyArray<string> => {
  const [, xid, place] = /^(\d{1,20})\/(\d{1,19})$/.exec(position) ?? []
  if (xid === undefined || place === undefined) {
    throw new TypeError('this is no position of a PostgreSQL store')
  }
  return [xid, place]
}

const split = (texts: string | null, separator: string): ReadonlyArray<string> =>
  texts === null ? [] : texts.split(separator)

/**
 * The next events in the order of (transaction id, position). A transaction that is still open can only
 * add events at or after the oldest one that is open, so that all before it is settled for ever. A
 * serial number alone is given before the commit: whoever reads by it skips what is committed late.
 *
 * The page is one row, whose texts are split here: to take as many rows apart, the driver would need a
 * fifth of the time of all.
 *
 * @throws TypeError if `after` is no position.
 */
export const pageAfter = async (
  query: Query,
  schema: string,
  after: Position,
  horizon: string | undefined,
): Promise<Page> => {
  const [row] = await query<PageRow>(
    // An aggregate takes its rows as the sub-query sorts them. The snapshot is asked in a query of its
    // own, which is answered once, and not for every row.
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
    // Not prepared: planned with these values, it reads no further than the horizon.
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

/** The text of an event that was not on its page; `undefined` if it was erased since. */
export const textAt = async (
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
