import { access, constants, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { EventStore } from '../../event-store/event-store.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { createEventStore } from '../kit/create-event-store.js'
import { Connection } from './connection.js'
import { loadDriver, type SqliteDatabase } from './driver.js'
import { createSqliteEngine } from './engine.js'
import { unavailable } from './errors.js'
import { FilePlace, identityOf } from './file-place.js'
import { settingsOf, type SqliteSettings, type SqliteStoreOptions } from './options.js'

const errorCode = (error: unknown): unknown => (error as NodeJS.ErrnoException).code

/**
 * Checks that a file can be opened. A driver would only say that it cannot open the file, or would
 * create it.
 */
const checkFile = async (
  path: string,
  { fileName, create }: Pick<SqliteSettings, 'fileName' | 'create'>,
): Promise<void> => {
  const file = await stat(path).catch((cause: unknown) => {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw new StoreUnavailable('denied', `${fileName} cannot be opened`, cause)
  })
  if (file === undefined && !create) {
    throw new StoreUnavailable('missing', `${fileName} does not exist`)
  }
  if (file?.isDirectory()) throw new StoreUnavailable('foreign', `${fileName} is a folder`)
  const { R_OK, W_OK, X_OK } = constants
  // SQLite writes a journal beside the file.
  await access(dirname(path), W_OK | X_OK).catch((cause: unknown) => {
    throw errorCode(cause) === 'ENOENT'
      ? new StoreUnavailable('unreachable', `there is no folder for ${fileName}`, cause)
      : new StoreUnavailable('denied', `the folder of ${fileName} may not be written to`, cause)
  })
  if (file === undefined) return
  await access(path, R_OK | W_OK).catch((cause: unknown) => {
    throw new StoreUnavailable('denied', `${fileName} may not be read and written`, cause)
  })
}

/** An open database, and its file unless it is in memory. */
interface OpenFile {
  readonly database: SqliteDatabase
  readonly place: FilePlace | undefined
}

const openHandle = (database: SqliteDatabase, fileName: string): OpenFile => {
  try {
    const { file } = database.prepare('PRAGMA database_list').get() as { readonly file: string }
    return { database, place: file === '' ? undefined : new FilePlace(file, fileName) }
  } catch (error) {
    throw unavailable(error, fileName)
  }
}

const openFile = async (settings: SqliteSettings): Promise<OpenFile> => {
  const { place, fileName } = settings
  if ('database' in place) return openHandle(place.database, fileName)
  // A full path: SQLite would not take `:memory:` or a URI for a file.
  const path = resolve(place.path)
  await checkFile(path, settings)
  const open = await loadDriver(place.driver)
  const identity = identityOf(path)
  try {
    const database = open(path)
    return { database, place: new FilePlace(path, fileName, identity) }
  } catch (error) {
    throw unavailable(error, fileName)
  }
}

/**
 * Opens an event store in a SQLite file; see `EventStore` for its guarantees.
 *
 * Every write is synced to the disk before it is answered. Writes that wait at the same time share
 * one sync. A new file becomes a WAL file if this version of SQLite is free of the WAL-reset bug
 * (3.51.3 and later). Otherwise it has a rollback journal, which needs more syncs for each write. Any
 * number of processes on one machine may open the file. SQLite works in the calling thread. `erase`
 * rewrites the whole file (about a second for 100 MB), and needs free disk space of the file's size.
 * Erasures that wait at the same time share one rewriting.
 *
 * @param options - or only the path
 * @throws StoreUnavailable (as a rejection): `unreachable` if there is no driver or no folder; `denied`
 *   without the right to write; `foreign` if the file is not a database, or belongs to another
 *   application; `missing` if there is no store and `create` is false; `newer` if a newer version of
 *   this package wrote it; `busy` if another process holds it for too long; `storage` if the disk fails.
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
  const settings = settingsOf(options)
  const { place, fileName, busyTimeoutMilliseconds } = settings
  const { database, place: filePlace } = await openFile(settings)
  const ownsDatabase = !('database' in place)
  const connection = new Connection(database, fileName, busyTimeoutMilliseconds, filePlace)
  try {
    await connection.setUp(settings.create)
    return createEventStore(createSqliteEngine(connection, ownsDatabase), settings)
  } catch (error) {
    // Without the work of `connection.close`, because the file may belong to another application.
    if (ownsDatabase) database.close()
    throw unavailable(error, fileName)
  }
}
