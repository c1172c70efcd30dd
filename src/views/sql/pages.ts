import type { ExistingClient, SessionVersion } from '../../domain/state.js'
import { isLive } from '../../domain/status.js'
import type { SqlDatabase, SqlRow, SqlStatement, SqlValue } from '../../event-store/sql-database.js'
import { compareValues, type Created } from '../../events/order.js'
import { SESSION_STATUSES, type Session, type SessionStatus } from '../../events/session.js'
import type { SessionFilter } from '../../projections/sessions.js'
import type { Answer, FoundSession, SessionsRequest, Standing } from '../views-engine.js'
import { standingColumns, standingOf } from './progress.js'
import { rowKeyOf } from './row-key.js'
import { versionOf, type About } from './rows.js'
import type { ViewsDatabase } from './views-database.js'

/** A part of an SQL condition, with its values. */
export interface Condition {
  readonly text: string
  readonly values: ReadonlyArray<SqlValue>
}

/** The entry after which a page begins: the last one of the page before. */
export interface After {
  readonly createdAt: number
  readonly key: string
}

/** The place of an entry in its list. */
export const placeOf = ({ created_at, id }: Created): After => ({
  createdAt: created_at,
  key: rowKeyOf(id),
})

/** The order of the statements below. Keys have the order of ids, except very long ones. */
const compareInList = (one: Created, other: Created): number =>
  other.created_at - one.created_at || compareValues(rowKeyOf(other.id), rowKeyOf(one.id))

const LIVE = SESSION_STATUSES.filter(isLive)
  .map((status) => `'${status}'`)
  .join(', ')

/** The clock as a column can be compared with it: times are whole numbers. */
const wholeClock = (at: number | undefined): number | undefined =>
  at === undefined || Number.isNaN(at)
    ? undefined
    : Math.floor(Math.min(Math.max(at, -1), Number.MAX_SAFE_INTEGER))

/** The sessions that read a status by a clock: what `statusAt` says, as SQL. A property compares both. */
export const statusCondition = (status: SessionStatus, at: number | undefined): Condition => {
  const clock = wholeClock(at)
  if (clock === undefined) return { text: 'status = ?', values: [status] }
  if (isLive(status)) {
    return {
      text: 'status = ? and expire_at > ? and abandon_at > ?',
      values: [status, clock, clock],
    }
  }
  if (status === 'expired') {
    return {
      text: `(status = ? or (status in (${LIVE}) and expire_at <= ?))`,
      values: [status, clock],
    }
  }
  if (status === 'abandoned') {
    return {
      text: `(status = ? or (status in (${LIVE}) and expire_at > ? and abandon_at <= ?))`,
      values: [status, clock, clock],
    }
  }
  return { text: 'status = ?', values: [status] }
}

/** All of some conditions. */
export const allOf = (conditions: ReadonlyArray<Condition>): Condition => ({
  text: conditions.map(({ text }) => text).join(' and '),
  values: conditions.flatMap(({ values }) => values),
})

/** That a row comes after another in its list. */
export const comesAfter = (keyColumn: string, last: After | undefined): ReadonlyArray<Condition> =>
  last === undefined
    ? []
    : [{ text: `(created_at, ${keyColumn}) < (?, ?)`, values: [last.createdAt, last.key] }]

/** Texts of JSON values, as the text of one value: reading one long text costs less than many rows. */
const joined = ({ dialect }: SqlDatabase, text: string): string =>
  dialect === 'sqlite' ? `group_concat(${text}, ',')` : `string_agg(${text}, ',')`

/** A page as one row, which is there also if the page is empty. */
const pageStatement = (
  database: ViewsDatabase,
  total: Condition,
  entries: Condition,
): SqlStatement => ({
  text: `select ${total.text} as total, p.damaged, ${standingColumns(database)},
      (${entries.text}) as entries
    from ${database.schema}view_progress p where one = 1`,
  values: [...total.values, ...entries.values],
})

/** A page of a list, as its row has it. */
export interface PageRow<A> {
  readonly entries: ReadonlyArray<A>
  readonly totalCount: number
  readonly damaged: number
  readonly standing: Standing
}

const valuesIn = (row: SqlRow | undefined): unknown => JSON.parse(`[${row?.entries ?? ''}]`)

/** The row of a page with its entries, which come in any order. */
const pageRowOf = <A extends Created>(row: SqlRow | undefined, entries: A[]): PageRow<A> => ({
  entries: entries.sort(compareInList),
  totalCount: Number(row?.total),
  damaged: Number(row?.damaged),
  standing: standingOf(row),
})

/** A session in the text of a page. */
type VersionValue = readonly [saidAt: number, session: Session]

/** A client in the text of a page. */
type ClientValue = readonly [
  createdAt: number,
  updatedAt: number,
  about: About,
  versions: ReadonlyArray<VersionValue>,
]

/**
 * A page of clients with their sessions.
 *
 * The limit is in the text, and the sessions are read for each client: otherwise a plan could read whole
 * tables, because the server does not know how many rows a page needs.
 */
export const clientsPage = (
  database: ViewsDatabase,
  limit: number,
  offset: number,
  last: After | undefined,
): SqlStatement => {
  const { schema } = database
  const where = allOf([{ text: 'true', values: [] }, ...comesAfter('client_key', last)])
  const versions = `select ${joined(database, 'version')} from ${schema}view_sessions s
    where s.client_key = c.client_key`
  const client = `'[' || created_at || ',' || updated_at || ',' || about || ',[' || coalesce((${versions}), '') || ']]'`
  return pageStatement(
    database,
    { text: 'p.clients', values: [] },
    {
      text: `select ${joined(database, client)} from (
        select client_key, created_at, updated_at, about from ${schema}view_clients
        where ${where.text} order by created_at desc, client_key desc limit ${limit} offset ?
      ) c`,
      values: [...where.values, offset],
    },
  )
}

const clientIn = ([createdAt, updatedAt, about, versions]: ClientValue): ExistingClient => {
  const [id, observation] = about
  const sessions = new Map<string, SessionVersion>()
  for (const [saidAt, session] of versions) sessions.set(session.id, { session, saidAt })
  return { id, sessions, observation, created_at: createdAt, updated_at: updatedAt }
}

/** The page of clients in a row. */
export const clientsIn = (row: SqlRow | undefined): PageRow<ExistingClient> =>
  pageRowOf(row, (valuesIn(row) as ReadonlyArray<ClientValue>).map(clientIn))

/** The conditions of a question about sessions. */
export const selected = ({
  userId,
  clientId,
  status,
  at,
}: SessionFilter & Pick<SessionsRequest, 'at'>): ReadonlyArray<Condition> => [
  ...(userId === undefined ? [] : [{ text: 'user_key = ?', values: [rowKeyOf(userId)] }]),
  ...(clientId === undefined ? [] : [{ text: 'client_key = ?', values: [rowKeyOf(clientId)] }]),
  ...(status === undefined ? [] : [statusCondition(status, at)]),
]

/** Of the sessions that several clients claim, one is shown. */
export const SHOWN: Condition = { text: 'is_shown = 1', values: [] }

/** A page of sessions. */
export const sessionsPage = (
  database: ViewsDatabase,
  request: SessionsRequest,
  limit: number,
  offset: number,
  last: After | undefined,
): SqlStatement => {
  const { schema } = database
  const conditions = selected(request)
  const counted = allOf([SHOWN, ...conditions])
  const where = allOf([SHOWN, ...conditions, ...comesAfter('session_key', last)])
  const total =
    conditions.length === 0
      ? { text: 'p.sessions', values: [] }
      : {
          text: `(select count(*) from ${schema}view_sessions where ${counted.text})`,
          values: counted.values,
        }
  return pageStatement(database, total, {
    text: `select ${joined(database, 'version')} from (
        select version from ${schema}view_sessions
        where ${where.text} order by created_at desc, session_key desc limit ${limit} offset ?
      ) s`,
    values: [...where.values, offset],
  })
}

/** The page of sessions in a row. */
export const sessionsIn = (row: SqlRow | undefined): PageRow<Session> =>
  pageRowOf(
    row,
    (valuesIn(row) as ReadonlyArray<VersionValue>).map(([, session]) => session),
  )

/** A statement that reads one session. */
export const sessionStatement = (database: ViewsDatabase, sessionId: string): SqlStatement => ({
  text: `select p.damaged, ${standingColumns(database)}, s.version
    from ${database.schema}view_progress p
    left join ${database.schema}view_sessions s on s.session_key = ? and s.is_shown = 1
    where p.one = 1`,
  values: [rowKeyOf(sessionId)],
})

/** The session in the row of that statement. */
export const sessionIn = (row: SqlRow | undefined): Answer<FoundSession> => ({
  found: {
    session: row?.version == null ? null : versionOf(String(row.version)).session,
    damaged: Number(row?.damaged),
  },
  standing: standingOf(row),
})
