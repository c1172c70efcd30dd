import { access, constants, open as openFileHandle, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { StoreUnavailable } from '../../event-store/store-error.js'
import { loadDriver, type OpenMode, type SqliteDatabase, type SqliteDriver } from './driver.js'
import { unavailable } from './errors.js'
import { describeFile, hasWal } from './file-kind.js'
import { frozenPlaceOf, identityOf, placeOf, type FilePlace } from './file-place.js'
import type { SqliteSettings } from './options.js'

/** An open database. */
export interface OpenDatabaseFile {
  readonly database: SqliteDatabase
  /** Undefined for a database in memory. */
  readonly place: FilePlace | undefined
  /** Whether the connection may write. */
  readonly mayWrite: boolean
}

const errorCode = (error: unknown): unknown => (error as NodeJS.ErrnoException).code

const sizeOf = async (path: string): Promise<number | undefined> => {
  const file = await stat(path).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  })
  return file?.size
}

const { R_OK, W_OK, X_OK } = constants

/** A database has at least one page of 512 bytes. SQLite takes a file of one byte for an empty one. */
const SMALLEST_DATABASE = 512

/** Refuses what SQLite would take for an empty database. */
const checkKind = async (path: string, bytes: number, fileName: string): Promise<void> => {
  const companionOf = /^(.*)-(?:wal|shm|journal)$/s.exec(path)?.[1]
  if (companionOf !== undefined && (await sizeOf(companionOf)) !== undefined) {
    const sentence = `${fileName} belongs to the SQLite file beside it: name that one`
    throw new StoreUnavailable('foreign', sentence)
  }
  if (bytes === 0 || bytes >= SMALLEST_DATABASE) return
  throw new StoreUnavailable('foreign', `${fileName} ${await describeFile(path)}`)
}

/**
 * Checks that a file can be opened. A driver would only say that it cannot open the file, or would
 * create it.
 *
 * @returns whether the file is there
 */
const checkFile = async (
  path: string,
  { fileName, create }: Pick<SqliteSettings, 'fileName' | 'create'>,
): Promise<boolean> => {
  const file = await stat(path).catch((cause: unknown) => {
    if (errorCode(cause) === 'ENOENT') return undefined
    throw new StoreUnavailable('denied', `${fileName} cannot be opened`, cause)
  })
  if (file === undefined && !create) {
    throw new StoreUnavailable('missing', `${fileName} does not exist`)
  }
  if (file?.isDirectory()) throw new StoreUnavailable('foreign', `${fileName} is a folder`)
  if (file?.size === 0 && !create) {
    throw new StoreUnavailable('missing', `${fileName} holds no store`)
  }
  if (file !== undefined) await checkKind(path, file.size, fileName)
  return file !== undefined
}

/** SQLite writes a journal beside the file. */
const checkMayWrite = async (path: string, fileName: string, exists: boolean): Promise<void> => {
  await access(dirname(path), W_OK | X_OK).catch((cause: unknown) => {
    throw errorCode(cause) === 'ENOENT'
      ? new StoreUnavailable('unreachable', `there is no folder for ${fileName}`, cause)
      : new StoreUnavailable('denied', `the folder of ${fileName} may not be written to`, cause)
  })
  if (!exists) return
  await access(path, R_OK | W_OK).catch((cause: unknown) => {
    throw new StoreUnavailable('denied', `${fileName} may not be read and written`, cause)
  })
}

/** Only its owner may read a new store. SQLite gives its other files the same rights. */
const createFile = async (path: string): Promise<void> => {
  const file = await openFileHandle(path, 'wx', 0o600)
  await file.close()
}

/** How a file is opened that may not be written to. */
const readModeOf = async (path: string, fileName: string): Promise<OpenMode> => {
  await access(path, R_OK).catch((cause: unknown) => {
    throw new StoreUnavailable('denied', `${fileName} may not be read`, cause)
  })
  if (!(await hasWal(path))) return 'read'
  const [wal, sharedMemory] = await Promise.all([sizeOf(`${path}-wal`), sizeOf(`${path}-shm`)])
  const isOpenElsewhere = wal !== undefined && (wal > 0 || sharedMemory !== undefined)
  return isOpenElsewhere ? 'read' : 'frozen'
}

const modeOf = async (path: string, settings: SqliteSettings): Promise<OpenMode> => {
  const { fileName, readOnly } = settings
  const exists = await checkFile(path, settings)
  try {
    await checkMayWrite(path, fileName, exists)
  } catch (error) {
    if (!readOnly || !exists) throw error
    return readModeOf(path, fileName)
  }
  if (!exists) {
    await createFile(path).catch((cause: unknown) => {
      if (errorCode(cause) === 'EEXIST') return
      throw new StoreUnavailable('denied', `${fileName} cannot be created`, cause)
    })
  }
  return 'write'
}

/** Opens a file as this process may. */
export const openFile = async (
  path: string,
  driver: SqliteDriver | undefined,
  settings: SqliteSettings,
): Promise<OpenDatabaseFile> => {
  const { fileName } = settings
  const open = await loadDriver(driver)
  // A full path: SQLite would not take `:memory:` or a URI for a file.
  const fullPath = resolve(path)
  const mode = await modeOf(fullPath, settings)
  const identity = identityOf(fullPath)
  const frozenPlace = mode === 'frozen' ? frozenPlaceOf(fullPath, fileName) : undefined
  try {
    return {
      database: open(fullPath, mode),
      place: frozenPlace ?? placeOf(fullPath, fileName, identity),
      mayWrite: mode === 'write',
    }
  } catch (error) {
    throw unavailable(error, fileName)
  }
}

/** Works with a connection of the caller. */
export const useHandle = (
  database: SqliteDatabase,
  { fileName, readOnly }: SqliteSettings,
): OpenDatabaseFile => {
  try {
    const { file } = database.prepare('PRAGMA database_list').get() as { readonly file: string }
    const place = file === '' ? undefined : placeOf(file, fileName)
    return { database, place, mayWrite: !readOnly }
  } catch (error) {
    throw unavailable(error, fileName)
  }
}
