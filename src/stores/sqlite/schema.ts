import { StoreUnavailable } from '../../event-store/store-error.js'
import { addChecksums } from './checksum-tables.js'
import type { SqliteDatabase, SqliteStatement } from './driver.js'

/** "clfd": marks a file as an event store (https://sqlite.org/pragma.html#pragma_application_id). */
const APPLICATION_ID = 0x636c6664

/**
 * Turns an empty file into version 1.
 *
 * AUTOINCREMENT never gives the position of an erased event again. A reader that had read past that
 * position would skip the new event.
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

/** Turns version 1 into version 2. */
const QUARANTINE_TABLE = `
  CREATE TABLE quarantined (
    delivery_key TEXT PRIMARY KEY,
    received_at INTEGER NOT NULL,
    about TEXT NOT NULL,
    body BLOB NOT NULL
  );
`

/**
 * Turns version 3 into version 4: the tables of erasures. They hold hashes, and no id. What was erased
 * before gets the time of the upgrade. The table of tombstones gets another name, so that a process of an
 * older version, which knows no moments, cannot write any more.
 */
const ERASURE_TABLES = `
  CREATE TABLE tombstones (
    tombstone TEXT PRIMARY KEY,
    erased_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  INSERT INTO tombstones SELECT tombstone, (strftime('%s', 'now') + 1) * 1000 FROM erased;
  DROP TABLE erased;
  DROP TABLE horizons;
  CREATE TABLE horizons (
    client_hash TEXT PRIMARY KEY,
    revision INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE erasures (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    client_hash TEXT NOT NULL
  );
`

/**
 * Turns version 3 into version 4, too: the tables of compaction.
 *
 * - `dropped`: hashes of the ids of dropped events.
 * - `store_facts`: numbers about the whole store. `compacted_before` is the moment of the latest compaction.
 */
const COMPACTION_TABLES = `
  CREATE TABLE dropped (event_hash TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE store_facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
`

/** Turns version 3 into version 4, too: the table of scheduled erasures. */
const PENDING_ERASURE_TABLE = `
  CREATE TABLE pending_erasures (
    user_key TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    due_at INTEGER,
    checksum INTEGER NOT NULL
  ) WITHOUT ROWID;
`

/** Each step makes the next version. A new file takes all steps. */
const STEPS: ReadonlyArray<(database: SqliteDatabase) => void> = [
  (database) => database.exec(EVENT_TABLES),
  (database) => database.exec(QUARANTINE_TABLE),
  addChecksums,
  (database) => database.exec(ERASURE_TABLES + COMPACTION_TABLES + PENDING_ERASURE_TABLE),
]

/** The version of the tables. It grows with every change of them. */
export const SCHEMA_VERSION = STEPS.length

/** The value of a pragma, or of a query with one value. */
export const valueOf = (statement: SqliteStatement): string | number => {
  const row = statement.get() as Readonly<Record<string, string | number | bigint>>
  const [value] = Object.values(row)
  if (value === undefined) throw new Error('the query returned no value')
  return typeof value === 'bigint' ? Number(value) : value
}

/**
 * The version of the tables in a file: 0 if it has no tables yet.
 *
 * @throws StoreUnavailable if the file belongs to another application, or a newer version of this
 *   package wrote it.
 */
export const versionOf = (database: SqliteDatabase, fileName: string): number => {
  const application = valueOf(database.prepare('PRAGMA application_id'))
  const version = Number(valueOf(database.prepare('PRAGMA user_version')))
  if (application === APPLICATION_ID) {
    if (version <= SCHEMA_VERSION) return version
    throw new StoreUnavailable('newer', `${fileName} was written by a newer version of clientfold`)
  }
  const tables = valueOf(database.prepare('SELECT count(*) FROM sqlite_master'))
  if (application === 0 && version === 0 && tables === 0) return 0
  throw new StoreUnavailable('foreign', `${fileName} is a database of another application`)
}

/**
 * Adds the tables that a file lacks, within a transaction. Another process may have added them first. A
 * process that still runs the version before cannot write events any more: they would lack checksums.
 */
export const completeTables = (database: SqliteDatabase, fileName: string): void => {
  const missing = STEPS.slice(versionOf(database, fileName))
  if (missing.length === 0) return
  for (const step of missing) step(database)
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
}
