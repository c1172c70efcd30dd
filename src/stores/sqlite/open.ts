import { setTimeout as pause } from 'node:timers/promises'
import type { EventStore } from '../../event-store/event-store.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { createEventStore } from '../kit/create-event-store.js'
import { checkComplete } from '../kit/restore-store.js'
import { Connection } from './connection.js'
import { createSqliteEngine } from './engine.js'
import { isUnreadable, unavailable } from './errors.js'
import { describeFile } from './file-kind.js'
import { openFile, useHandle } from './open-file.js'
import { FileInUse } from './upgrade-lock.js'
import { settingsOf, type SqliteSettings, type SqliteStoreOptions } from './options.js'

/** An error of an opening. It says what the file is if SQLite only says that it is not a database. */
const openingErrorOf = async (
  error: unknown,
  { place, fileName }: SqliteSettings,
): Promise<unknown> => {
  const failure = unavailable(error, fileName)
  if (!isUnreadable(failure.cause) || 'database' in place) return failure
  const description = await describeFile(place.path).catch(() => undefined)
  if (description === undefined) return failure
  const reason = failure instanceof StoreUnavailable ? failure.reason : 'storage'
  return new StoreUnavailable(reason, `${fileName} ${description}`, failure.cause)
}

const openOnce = async (settings: SqliteSettings): Promise<EventStore> => {
  const { place, fileName, busyTimeoutMilliseconds } = settings
  const ownsDatabase = !('database' in place)
  const opened = ownsDatabase
    ? await openFile(place.path, place.driver, settings)
    : useHandle(place.database, settings)
  const { database, mayWrite } = opened
  const connection = new Connection(database, fileName, busyTimeoutMilliseconds, opened.place)
  try {
    await connection.setUp({ ...settings, mayWrite, ownsDatabase })
    const engine = createSqliteEngine(connection, ownsDatabase)
    await checkComplete(engine, settings.incomplete)
    return createEventStore(engine, settings)
  } catch (error) {
    // Without the work of `connection.close`, because the file may belong to another application.
    if (ownsDatabase) database.close()
    throw await openingErrorOf(error, settings)
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
  const deadline = performance.now() + settings.busyTimeoutMilliseconds
  for (;;) {
    try {
      return await openOnce(settings)
    } catch (error) {
      // Closed meanwhile, so that of several processes that want to upgrade the file, one finds it free.
      if (!(error instanceof FileInUse) || performance.now() > deadline) throw error
      await pause(10 + Math.random() * 90)
    }
  }
}
