import { StoreUnavailable } from '../../event-store/store-error.js'
import type { SqliteDatabase } from './driver.js'
import { SCHEMA_VERSION, valueOf, versionOf } from './schema.js'

/**
 * The first version whose WAL is safe with more than one connection. In 3.7.0 to 3.51.2, a checkpoint
 * that runs during a commit that resets the WAL can corrupt the file
 * (https://sqlite.org/wal.html#walresetbug).
 */
export const FIRST_SAFE_WAL = [3, 51, 3] as const

/** The version of SQLite behind a connection. */
export const sqliteVersion = (database: SqliteDatabase): string =>
  String(valueOf(database.prepare('SELECT sqlite_version()')))

/** Whether several connections may use a WAL file with this version of SQLite. */
export const hasSafeWal = (database: SqliteDatabase): boolean => {
  const version = sqliteVersion(database).split('.').map(Number)
  for (const [index, lowest] of FIRST_SAFE_WAL.entries()) {
    const part = version[index] ?? 0
    if (part !== lowest) return part > lowest
  }
  return true
}

/**
 * Set on every opening, because the file does not keep these settings: some builds open an existing
 * WAL file with NORMAL, which loses the last commits at a power cut. FULL is enough for the rollback
 * journal too: TRUNCATE syncs the truncated journal, while DELETE would need EXTRA to sync the folder.
 * On macOS only a full sync reaches the disk. Deleted rows are overwritten with zeros. The cache is 32 MB: with
 * the usual 2 MB, a larger transaction writes pages before its end, which needs a sync each time.
 */
const SETTINGS = `
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
  PRAGMA secure_delete = ON;
  PRAGMA cache_size = -32000;
`

const setJournal = (database: SqliteDatabase, mode: 'wal' | 'truncate'): boolean =>
  valueOf(database.prepare(`PRAGMA journal_mode = ${mode}`)) === mode

/**
 * Sets the journal mode. Only a new file becomes a WAL file, because another process may have an older
 * file open with a version of SQLite that would then corrupt it.
 */
const chooseJournal = (database: SqliteDatabase, isNew: boolean, isWalSafe: boolean): boolean => {
  const isWal = valueOf(database.prepare('PRAGMA journal_mode')) === 'wal'
  if (isWalSafe && (isWal || (isNew && setJournal(database, 'wal')))) return true
  return setJournal(database, 'truncate')
}

/** What `makeDurable` found out about a file. */
export interface Durability {
  /** The version of the tables in the file: 0 if it has no tables yet. */
  readonly version: number
  /** If false, a file that another process has turned into a WAL file must not be written to. */
  readonly isWalSafe: boolean
}

/**
 * Makes a connection durable.
 *
 * @param create - whether an empty file may become a store
 * @throws StoreUnavailable if the file is not a store, or is empty and `create` is false; or the
 *   driver's error.
 */
export const makeDurable = (
  database: SqliteDatabase,
  fileName: string,
  create: boolean,
): Durability => {
  // SQLite would block the process while it waits. Instead, `LockWait` does.
  database.exec('PRAGMA busy_timeout = 0')
  const version = versionOf(database, fileName)
  if (version === 0 && !create) throw new StoreUnavailable('missing', `${fileName} holds no store`)
  database.exec(SETTINGS)
  const isWalSafe = hasSafeWal(database)
  if (!chooseJournal(database, version === 0, isWalSafe)) {
    throw new StoreUnavailable('storage', `the journal of ${fileName} cannot be created`)
  }
  return { version, isWalSafe }
}

/**
 * Checks a file that may only be read. Nothing is set, because nothing is written.
 *
 * @throws StoreUnavailable if the file holds no store, or one of an older version; or the driver's error.
 */
export const checkReadable = (database: SqliteDatabase, fileName: string): void => {
  database.exec('PRAGMA busy_timeout = 0')
  const version = versionOf(database, fileName)
  if (version === 0) throw new StoreUnavailable('missing', `${fileName} holds no store`)
  if (version === SCHEMA_VERSION) return
  throw new StoreUnavailable(
    'denied',
    `${fileName} has version ${version}: open it once with the right to write, which upgrades it`,
  )
}
