import type { ExistingClient, SessionVersion } from '../../domain/state.js'
import { isLive } from '../../domain/status.js'
import type { SqlDatabase, SqlRow, SqlStatement, SqlValue } from '../../event-store/sql-database.js'
import { SESSION_STATUSES, type SessionStatus } from '../../events/session.js'
import type { SessionFilter } from '../../projections/sessions.js'
import type { SessionsRequest } from '../views-engine.js'
import { rowKeyOf } from './row-key.js'
import { clientOf, versionOf } from './rows.js'

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

/** Separates the versions of a client's sessions: JSON text never holds it as a bare character. */
const SEPARATOR = '\u001e'

const joinedVersions = ({ dialect }: SqlDatabase): string =>
  dialect === 'sqlite' ? 'group_concat(version, char(30))' : 'string_agg(version, chr(30))'

/**
 * A page of clients with their sessions. The first column is the number of all clients, so there is a
 * row also where there is no client.
 *
 * The limit is in the text, and the sessions are read for each client: otherwise a plan could read whole
 * tables, because the server does not know how many rows a page needs.
 */
export const clientsPage = (
  database: SqlDatabase,
  limit: number,
  offset: number,
  last: After | undefined,
): SqlStatement => {
  const { schema } = database
  const where = allOf([{ text: 'true', values: [] }, ...comesAfter('client_key', last)])
  return {
    text: `select t.total, t.damaged, c.client_key, c.created_at, c.updated_at, c.about, (
        select ${joinedVersions(database)} from ${schema}view_sessions s
        where s.client_key = c.client_key
      ) as versions
      from (select clients as total, damaged from ${schema}view_progress where one = 1) t left join (
        select client_key, created_at, updated_at, about from ${schema}view_clients
        where ${where.text} order by created_at desc, client_key desc limit ${limit} offset ?
      ) c on true order by c.created_at desc, c.client_key desc`,
    values: [...where.values, offset],
  }
}

/** The client of a row of a page. */
const clientIn = (row: SqlRow): ExistingClient => {
  const sessions = new Map<string, SessionVersion>()
  const texts = row.versions === null ? [] : String(row.versions).split(SEPARATOR)
  for (const text of texts) {
    const version = versionOf(text)
    sessions.set(version.session.id, version)
  }
  return clientOf(row, sessions)
}

/** The clients in the rows of a page. */
export const clientsIn = (rows: ReadonlyArray<SqlRow>): ReadonlyArray<ExistingClient> =>
  rows.flatMap((row) => (row.client_key === null ? [] : clientIn(row)))

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

/** A page of sessions. The first column is the number of all that are selected. */
export const sessionsPage = (
  { schema }: SqlDatabase,
  request: SessionsRequest,
  limit: number,
  offset: number,
  last: After | undefined,
): SqlStatement => {
  const conditions = selected(request)
  const counted = allOf([SHOWN, ...conditions])
  const where = allOf([SHOWN, ...conditions, ...comesAfter('session_key', last)])
  const total =
    conditions.length === 0
      ? { text: 'sessions', values: [] }
      : {
          text: `(select count(*) from ${schema}view_sessions where ${counted.text})`,
          values: counted.values,
        }
  return {
    text: `select t.total, t.damaged, s.created_at, s.session_key, s.version from (
        select ${total.text} as total, damaged from ${schema}view_progress where one = 1
      ) t left join (
        select created_at, session_key, version from ${schema}view_sessions
        where ${where.text} order by created_at desc, session_key desc limit ${limit} offset ?
      ) s on true order by s.created_at desc, s.session_key desc`,
    values: [...total.values, ...where.values, offset],
  }
}
