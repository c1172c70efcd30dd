import { access, constants, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { EventStore } from '../../event-store/event-store.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { Connection } from './connection.js'
import { loadDriver, type SqliteDatabase, type SqliteDriver } from './driver.js'
import { unavailable } from './sqlite-error.js'
import { createSqliteStore } from './sqlite-store.js'

/** What is set when a store is opened, whatever it is opened on. */
export interface SqliteStoreSettings {
  /** False to be refused (`missing`) where there is no store; unless given, one is made. */
  readonly create?: boolean
  /** The clock that gives `recorded_at`, in epoch milliseconds. */
  readonly now?: () => number
  /** How long to wait for others who hold the file, before rejecting as `busy`: 5,000 ms unless given. */
  readonly busyTimeoutMilliseconds?: number
  /** How often followers look for what other processes append: every 200 ms unless given. */
  readonly pollMilliseconds?: number
}

/** A store in a file, which is made if there is none. Its folder must exist. */
export interface SqliteFileOptions extends SqliteStoreSettings {
  readonly path: string
  /** `node:sqlite` where this Node has it, else `libsql`, unless given. */
  readonly driver?: SqliteDriver
}

/** A store on a connection of the caller, who closes it after the store. Nothing else may use it. */
export interface SqliteHandleOptions extends SqliteStoreSettings {
  /** An open database of better-sqlite3, `libsql` or `node:sqlite`. */
  readonly driver: SqliteDatabase
}

/** Where a store is, and how it works: on a file, or on a connection of the caller. */
export type SqliteStoreOptions = SqliteFileOptions | SqliteHandleOptions

const BUSY_TIMEOUT_MS = 5000
const POLL_MS = 200

const errorCode = (error: unknown): unknown => (error as NodeJS.ErrnoException).code

/** Drivers tell of all of these no more than that the file cannot be opened; and they make one. */
const checkPlace = async (path: string, file: string, mayMake: boolean): Promise<void> => {
  const found = await stat(path).catch((cause: unknown) => {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw new StoreUnavailable('denied', `${file} cannot be opened`, cause)
  })
  if (found === undefined && !mayMake)
    throw new StoreUnavailable('missing', `${file} does not exist`)
  if (found?.isDirectory()) throw new StoreUnavailable('foreign', `${file} is a folder`)
  const { R_OK, W_OK, X_OK } = constants
  // A journal is written beside the file.
  await access(dirname(path), W_OK | X_OK).catch((cause: unknown) => {
    throw errorCode(cause) === 'ENOENT'
      ? new StoreUnavailable('unreachable', `there is no folder for ${file}`, cause)
      : new StoreUnavailable('denied', `the folder of ${file} may not be written to`, cause)
  })
  if (found === undefined) return
  await access(path, R_OK | W_OK).catch((cause: unknown) => {
    throw new StoreUnavailable('denied', `${file} may not be read and written`, cause)
  })
}

const openFile = async (
  { path, driver, create = true }: SqliteFileOptions,
  file: string,
): Promise<SqliteDatabase> => {
  // Never `:memory:` or a URI, which SQLite would take for something else than a file.
  const place = resolve(path)
  await checkPlace(place, file, create)
  const open = await loadDriver(driver)
  try {
    return open(place)
  } catch (error) {
    throw unavailable(error, file)
  }
}

/**
 * Opens an event store in a SQLite file; see `EventStore` for what it guarantees.
 *
 * Every write is synced to the disk before it is answered. Writes that wait at the same time share
 * one sync. The file is a WAL file, if the version of SQLite that made it is free of the WAL-reset bug
 * (3.51.3 and later), else it has a rollback journal, which takes more syncs for each write. Any number of
 * processes may open it, all on one machine. SQLite works in the calling thread, and `erase` writes
 * the whole file anew (about a second for 100 MB): it needs as much room again. Erasures that are
 * asked for at the same time share that.
 *
 * @param options - or the path alone
 * @throws StoreUnavailable (as a rejection) if there is no driver (`unreachable`), no folder
 *   (`unreachable`), no right to write (`denied`); if the file is no database, or another application's
 *   (`foreign`), or is not there (`missing`) and not to be made, or was written by a newer version of this package (`newer`), or is held by another
 *   process for too long (`busy`), or the disk fails (`storage`).
 * @example
 * import { mkdtempSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { openSqliteStore } from 'clientfold/sqlite'
 * const folder = mkdtempSync(join(tmpdir(), 'clientfold-'))
 * const store = await openSqliteStore(join(folder, 'clients.db'))
 * await store.clientIds() // => []
 * await store.close()
 */
export const openSqliteStore = async (
  options: string | SqliteStoreOptions,
): Promise<EventStore> => {
  const chosen: SqliteStoreOptions = typeof options === 'string' ? { path: options } : options
  const file = 'path' in chosen ? `the SQLite file ${chosen.path}` : 'the SQLite file'
  const { now = Date.now, pollMilliseconds = POLL_MS } = chosen
  const isOurs = 'path' in chosen
  const database = 'path' in chosen ? await openFile(chosen, file) : chosen.driver
  const connection = new Connection(
    database,
    file,
    chosen.busyTimeoutMilliseconds ?? BUSY_TIMEOUT_MS,
  )
  try {
    await connection.setUp(chosen.create ?? true)
    return createSqliteStore(connection, { now, pollMilliseconds, isOurs })
  } catch (error) {
    // Nothing else: the file may be another application's.
    if (isOurs) database.close()
    throw unavailable(error, file)
  }
}
