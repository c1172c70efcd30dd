import type { Session } from '../../events/session.js'
import type { SqlDatabase, SqlRow, SqlWork } from '../../event-store/sql-database.js'
import type { Found, SessionsRequest } from '../views-engine.js'
import { allOf, comesAfter, selected, SHOWN, type After, type Condition } from './pages.js'
import { createPortion } from './portion.js'
import { readProgress } from './progress.js'
import { versionOf } from './rows.js'

/** How many sessions are looked at first, and at most, in one turn of the event loop. */
const FIRST_SIZE = 1024
const MOST_SIZE = 8192

/** The most entries that are read at a time. */
const PAGE = 512

/** Runs work within one turn of the event loop, and says how long it took. */
const timed = async <A>(
  { read }: SqlDatabase,
  work: () => SqlWork<A>,
): Promise<{ readonly result: A; readonly milliseconds: number }> =>
  read(function* () {
    const started = performance.now()
    const result = yield* work()
    return { result, milliseconds: performance.now() - started }
  })

/** How many sessions fulfil a condition. The ids of rows never change, so each session is looked at once. */
const countMatching = async (database: SqlDatabase, condition: Condition): Promise<number> => {
  const portion = createPortion(FIRST_SIZE, MOST_SIZE)
  let [total, end] = [0, Infinity]
  for (let start = 0; start < end;) {
    const size = portion.size()
    const { result, milliseconds } = await timed(database, function* () {
      const [row] = yield {
        text: `select (select max(rowid) from view_sessions) as last, count(*) as matches
          from view_sessions where rowid > ? and rowid <= ? and ${condition.text}`,
        values: [start, start + size, ...condition.values],
      }
      return { last: Number(row?.last ?? 0), matches: Number(row?.matches) }
    })
    portion.took(milliseconds)
    total += result.matches
    end = result.last
    start += size
  }
  return total
}

const afterOf = (row: SqlRow | undefined): After | undefined =>
  row && { createdAt: Number(row.created_at), key: String(row.session_key) }

const ORDER = 'order by created_at desc, session_key desc'

/** The sessions of a part of the list that fulfil a condition. */
interface PartOfList {
  readonly rows: ReadonlyArray<SqlRow>
  /** How many of them were skipped. */
  readonly skipped: number
  /** Where the next part begins; undefined after the last part. */
  readonly end: After | undefined
}

/** Reads from the next sessions of the list those that fulfil a condition. */
function* readPart(
  condition: Condition,
  last: After | undefined,
  size: number,
  skip: number,
  limit: number,
): SqlWork<PartOfList> {
  const from = allOf([SHOWN, ...comesAfter('session_key', last)])
  const [edge] = yield {
    text: `select created_at, session_key from view_sessions where ${from.text} ${ORDER}
      limit 1 offset ?`,
    values: [...from.values, size - 1],
  }
  const end = afterOf(edge)
  const part = allOf([
    ...[condition, ...comesAfter('session_key', last)],
    ...(end === undefined
      ? []
      : [{ text: '(created_at, session_key) >= (?, ?)', values: [end.createdAt, end.key] }]),
  ])
  const rows = yield {
    text: `select created_at, session_key, version from view_sessions where ${part.text} ${ORDER}
      limit ? offset ?`,
    values: [...part.values, limit, skip],
  }
  if (rows.length === limit) return { rows, skipped: skip, end: afterOf(rows.at(-1)) }
  if (skip === 0) return { rows, skipped: 0, end }
  const [counted] = yield {
    text: `select count(*) as matches from view_sessions where ${part.text}`,
    values: part.values,
  }
  return { rows, skipped: Math.min(skip, Number(counted?.matches)), end }
}

/**
 * Finds sessions by their status on SQLite, among those of all users. A status depends on the clock, so no index has it,
 * and each session is looked at: in portions, because SQLite works in this thread. A session that changes
 * meanwhile counts as it was before or after.
 */
export const scanByStatus = async (
  database: SqlDatabase,
  {
    after,
    limit,
    ...request
  }: Omit<SessionsRequest, 'after'> & { readonly after?: After | undefined },
): Promise<Found<Session>> => {
  const condition = allOf([SHOWN, ...selected(request)])
  const portion = createPortion(FIRST_SIZE, MOST_SIZE)
  const data: Session[] = []
  const { damaged } = await database.read(() => readProgress(database))
  let [last, skip] = [after, request.offset]
  while (data.length < limit) {
    const count = Math.min(PAGE, limit - data.length)
    const { result, milliseconds } = await timed(database, function* () {
      const part = yield* readPart(condition, last, portion.size(), skip, count)
      for (const row of part.rows) data.push(versionOf(String(row.version)).session)
      return part
    })
    portion.took(milliseconds)
    if (result.end === undefined) break
    last = result.end
    skip -= result.skipped
  }
  return { data, totalCount: await countMatching(database, condition), damaged }
}
