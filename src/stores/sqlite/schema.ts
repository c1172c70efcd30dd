import { StoreUnavailable } from '../../store/store-error.js'
import type { SqliteDatabase, SqliteStatement } from './driver.js'

/** "clfd": what makes a file ours (https://sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x636c6664

/** Raised with every change of the tables. */
const SCHEMA_VERSION = 1

/**
 * AUTOINCREMENT, so that the position of an erased event is never given again: a reader that has read
 * past it would skip its successor.
 */
const TABLES = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    client_key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    event_key TEXT NOT NULL UNIQUE,
    recorded_at INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (client_key, revision)
  );
  CREATE TABLE session_clients (
    session_key TEXT NOT NULL,
    client_key TEXT NOT NULL,
    PRIMARY KEY (session_key, client_key)
  ) WITHOUT ROWID;
  CREATE TABLE user_clients (
    user_key TEXT NOT NULL,
    client_key TEXT NOT NULL,
    PRIMARY KEY (user_key, client_key)
  ) WITHOUT ROWID;
  CREATE TABLE erased (tombstone TEXT PRIMARY KEY) WITHOUT ROWID;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`

/** The value of a pragma, or of a query of one value. */
export const valueOf = (statement: SqliteStatement): string | number => {
  const row = statement.get() as Readonly<Record<string, string | number | bigint>>
  const [value] = Object.values(row)
  if (value === undefined) throw new Error('a query of one value has one')
  return typeof value === 'bigint' ? Number(value) : value
}

/**
 * Whether the file has yet to get its tables.
 *
 * @throws StoreUnavailable if the file is of another application, or of a newer version of this one.
 */
export const isEmpty = (database: SqliteDatabase, file: string): boolean => {
  const application = valueOf(database.prepare('PRAGMA application_id'))
  const version = valueOf(database.prepare('PRAGMA user_version'))
  if (application === APPLICATION_ID) {
    if (Number(version) <= SCHEMA_VERSION) return false
    throw new StoreUnavailable('newer', `${file} was written by a newer version of clientfold`)
  }
  const tables = valueOf(database.prepare('SELECT count(*) FROM sqlite_master'))
  if (application === 0 && version === 0 && tables === 0) return true
  throw new StoreUnavailable('foreign', `${file} is a database of another application`)
}

/** Gives an empty file its tables, within a transaction, unless another process was faster. */
export const createTables = (database: SqliteDatabase, file: string): void => {
  if (isEmpty(database, file)) database.exec(TABLES)
}
