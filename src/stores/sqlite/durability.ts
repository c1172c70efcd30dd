import { StoreUnavailable } from '../../event-store/store-error.js'
import type { SqliteDatabase } from './driver.js'
import { valueOf, versionOf } from './schema.js'

/**
 * The first version whose WAL is safe with more than one connection. From 3.7.0 to 3.51.2, a
 * checkpoint beside a commit that resets the WAL can corrupt the file
 * (https://sqlite.org/wal.html#walresetbug).
 */
const SAFE_WAL = [3, 51, 3] as const

const hasSafeWal = (database: SqliteDatabase): boolean => {
  const version = String(valueOf(database.prepare('SELECT sqlite_version()')))
    .split('.')
    .map(Number)
  for (const [index, least] of SAFE_WAL.entries()) {
    const part = version[index] ?? 0
    if (part !== least) return part > least
  }
  return true
}

/**
 * Set on every opening, since none of it is kept in the file: some builds open an existing WAL file
 * with NORMAL, which loses the last commits at a power cut. FULL is enough for the rollback journal
 * too: TRUNCATE syncs the truncated journal, while DELETE would need EXTRA to sync the folder.
 * On macOS only a full sync reaches the disk. What is deleted is overwritten with zeros.
 */
const SETTINGS = `
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
  PRAGMA secure_delete = ON;
`

const setJournal = (database: SqliteDatabase, mode: 'wal' | 'truncate'): boolean =>
  valueOf(database.prepare(`PRAGMA journal_mode = ${mode}`)) === mode

/**
 * Only a new file becomes a WAL file: one in use may be open elsewhere with a version of SQLite that
 * would corrupt it then.
 */
const chooseJournal = (database: SqliteDatabase, isNew: boolean, isWalSafe: boolean): boolean => {
  const isWal = valueOf(database.prepare('PRAGMA journal_mode')) === 'wal'
  if (isWalSafe && (isWal || (isNew && setJournal(database, 'wal')))) return true
  return setJournal(database, 'truncate')
}

/** What `makeDurable` found out. */
export interface Durability {
  /** Of the tables in the file: 0 if it has yet to get them. */
  readonly version: number
  /** If not, a file that another process has made a WAL file must not be written to. */
  readonly isWalSafe: boolean
}

/**
 * Makes a connection durable.
 *
 * @throws StoreUnavailable if the file is none of ours, or is empty and not to be made a store, or
 *   what the driver throws.
 */
export const makeDurable = (
  database: SqliteDatabase,
  file: string,
  busyMilliseconds: number,
  mayMake: boolean,
): Durability => {
  database.exec(`PRAGMA busy_timeout = ${busyMilliseconds}`)
  const version = versionOf(database, file)
  if (version === 0 && !mayMake) throw new StoreUnavailable('missing', `${file} holds no store`)
  database.exec(SETTINGS)
  const isWalSafe = hasSafeWal(database)
  if (!chooseJournal(database, version === 0, isWalSafe)) {
    throw new StoreUnavailable('storage', `${file} has no place for a journal`)
  }
  return { version, isWalSafe }
}
