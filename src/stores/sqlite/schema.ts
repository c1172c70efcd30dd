import { StoreUnavailable } from '../../event-store/store-error.js'
import type { SqliteDatabase, SqliteStatement } from './driver.js'

/** "clfd": what makes a file ours (https://sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x636c6664

/**
 * What makes a file of version 1 of an empty one.
 *
 * AUTOINCREMENT, so that the position of an erased event is never given again: a reader that has read
 * past it would skip its successor.
 */
const EVENT_TABLES = `
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
`

/** What makes a file of version 2 of one of version 1. */
const QUARANTINE_TABLE = `
  CREATE TABLE quarantined (
    delivery_key TEXT PRIMARY KEY,
    received_at INTEGER NOT NULL,
    about TEXT NOT NULL,
    body BLOB NOT NULL
  );
`

/** Each step makes the next version; a new file takes all of them. */
const STEPS: ReadonlyArray<string> = [EVENT_TABLES, QUARANTINE_TABLE]

/** Raised with every change of the tables. */
export const SCHEMA_VERSION = STEPS.length

/** The value of a pragma, or of a query of one value. */
export const valueOf = (statement: SqliteStatement): string | number => {
  const row = statement.get() as Readonly<Record<string, string | number | bigint>>
  const [value] = Object.values(row)
  if (value === undefined) throw new Error('a query of one value has one')
  return typeof value === 'bigint' ? Number(value) : value
}

/**
 * The version of the tables in a file: 0 if it has yet to get them.
 *
 * @throws StoreUnavailable if the file is of another application, or of a newer version of this one.
 */
export const versionOf = (database: SqliteDatabase, file: string): number => {
  const application = valueOf(database.prepare('PRAGMA application_id'))
  const version = Number(valueOf(database.prepare('PRAGMA user_version')))
  if (application === APPLICATION_ID) {
    if (version <= SCHEMA_VERSION) return version
    throw new StoreUnavailable('newer', `${file} was written by a newer version of clientfold`)
  }
  const tables = valueOf(database.prepare('SELECT count(*) FROM sqlite_master'))
  if (application === 0 && version === 0 && tables === 0) return 0
  throw new StoreUnavailable('foreign', `${file} is a database of another application`)
}

/**
 * Gives a file the tables that it lacks, within a transaction; another process may have been faster.
 * One that still works with the version before goes on as it did.
 */
export const completeTables = (database: SqliteDatabase, file: string): void => {
  const missing = STEPS.slice(versionOf(database, file))
  if (missing.length === 0) return
  database.exec(`${missing.join('')} PRAGMA user_version = ${SCHEMA_VERSION};`)
}
