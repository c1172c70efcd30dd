import type { SqlDatabase, SqlStatement, SqlWork } from '../../event-store/sql-database.js'
import { StoreUnavailable } from '../../event-store/store-error.js'

/** The version of the tables below. Tables of an older version are dropped: the log has everything. */
const VERSION = 2

/** The tables, from the last that is dropped to the first. */
const TABLES = ['view_damages', 'view_sessions', 'view_clients', 'view_progress'] as const

/**
 * Of the sessions that several clients claim, one row is shown: the greatest version. No column holds an
 * order of versions, because only the join knows it.
 */
const creations = ({ schema, dialect }: SqlDatabase): ReadonlyArray<string> => {
  // The order of keys is by bytes, whatever the language of the database is. SQLite has no other order.
  const text = dialect === 'postgres' ? 'text collate "C"' : 'text'
  return [
    `create table ${schema}view_progress (
      one integer not null primary key check (one = 1),
      version integer not null,
      build bigint not null,
      changes bigint not null,
      position text not null,
      next text not null,
      reached text not null,
      erasures bigint not null,
      clients bigint not null,
      sessions bigint not null,
      damaged bigint not null
    )`,
    `create table ${schema}view_clients (
      client_key ${text} not null primary key,
      client_hash ${text} not null,
      created_at bigint not null,
      updated_at bigint not null,
      about text not null
    )`,
    `create table ${schema}view_sessions (
      session_key ${text} not null,
      client_key ${text} not null,
      user_key ${text} not null,
      created_at bigint not null,
      status text not null,
      expire_at bigint not null,
      abandon_at bigint not null,
      is_shown integer not null,
      version text not null,
      primary key (session_key, client_key)
    )`,
    `create table ${schema}view_damages (
      record_key ${text} not null primary key,
      client_key ${text} not null
    )`,
    `create index view_clients_order on ${schema}view_clients (created_at desc, client_key desc)`,
    `create index view_clients_hash on ${schema}view_clients (client_hash)`,
    `create index view_sessions_client on ${schema}view_sessions (client_key)`,
    `create index view_sessions_order on ${schema}view_sessions (created_at desc, session_key desc)
      where is_shown = 1`,
    `create index view_sessions_user
      on ${schema}view_sessions (user_key, created_at desc, session_key desc) where is_shown = 1`,
    `create index view_sessions_contested on ${schema}view_sessions (session_key) where is_shown = 0`,
    `insert into ${schema}view_progress values (1, ${VERSION}, 1, 0, '', '', '', 0, 0, 0, 0)`,
  ]
}

const silent = (text: string): SqlStatement => ({ text, isSilent: true })

/** The version of the tables; 0 if they are missing. */
function* readVersion({ dialect, schema }: SqlDatabase): SqlWork<number> {
  // Not by the table itself: the statement would fail where it is missing.
  const present =
    dialect === 'sqlite'
      ? yield { text: "select 1 from sqlite_master where name = 'view_progress'" }
      : yield {
          text: `select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname || '.' = ? and c.relname = 'view_progress'`,
          values: [schema],
        }
  if (present.length === 0) return 0
  const [row] = yield { text: `select version from ${schema}view_progress` }
  return Number(row?.version ?? 0)
}

function* completeTables(database: SqlDatabase): SqlWork<void> {
  const { dialect, schema } = database
  if (dialect === 'postgres') {
    yield {
      text: "select pg_advisory_xact_lock(hashtext('clientfold views'), hashtext(?))",
      values: [schema],
    }
  }
  if ((yield* readVersion(database)) === VERSION) return
  for (const table of TABLES) yield silent(`drop table if exists ${schema}${table}`)
  for (const text of creations(database)) yield silent(text)
}

/**
 * Creates the tables of views where they are missing. It writes nothing where they are there.
 *
 * @throws StoreUnavailable (as a rejection) if a newer version of this package made them.
 */
export const openTables = async (database: SqlDatabase): Promise<void> => {
  const version = await database.read(() => readVersion(database))
  if (version > VERSION) {
    throw new StoreUnavailable('newer', 'the views were made by a newer version of clientfold')
  }
  if (version < VERSION) await database.write(() => completeTables(database))
}

/** Whether there are tables of views. */
export const hasTables = async (database: SqlDatabase): Promise<boolean> =>
  (await database.read(() => readVersion(database))) > 0
