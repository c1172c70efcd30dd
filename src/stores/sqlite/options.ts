import type { SqliteDatabase, SqliteDriver } from './driver.js'

/** Settings of a SQLite store, on a file or on a connection of the caller. */
export interface SqliteStoreSettings {
  /** False: reject as `missing` where there is no store. Otherwise one is created there. */
  readonly create?: boolean
  /**
   * True: only read. That needs no right to write, neither to the file nor to its folder. Whatever
   * would write rejects as `denied`, and no store is created.
   */
  readonly readOnly?: boolean
  /** True: open also a store into which a restore has not ended, to go on with it. */
  readonly incomplete?: boolean
  /** The clock that gives `recorded_at`, in epoch milliseconds; `Date.now` unless given. */
  readonly now?: () => number
  /** How long to wait for another process that holds the file, before rejecting as `busy`: 5,000 ms unless given. */
  readonly busyTimeoutMilliseconds?: number
  /**
   * How often followers look for events without being woken: every 200 ms unless given. A commit of another
   * process wakes them within 15 ms.
   */
  readonly pollMilliseconds?: number
}

/** A store in a file. The file is created if it is missing; its folder must exist. */
export interface SqliteFileOptions extends SqliteStoreSettings {
  readonly path: string
  /** Unless given, `node:sqlite` where this Node has it, else `libsql`. */
  readonly driver?: SqliteDriver
}

/**
 * A store on a connection of the caller. Only the store may use it, and the caller closes it after the
 * store.
 */
export interface SqliteHandleOptions extends SqliteStoreSettings {
  /** An open database of better-sqlite3, `libsql` or `node:sqlite`. */
  readonly driver: SqliteDatabase
}

/** Options of a SQLite store, on a file or on a connection of the caller. */
export type SqliteStoreOptions = SqliteFileOptions | SqliteHandleOptions

/** Where a store is opened, with every setting decided. */
export interface SqliteSettings extends Required<SqliteStoreSettings> {
  /** A file, or the caller's connection. */
  readonly place:
    | { readonly path: string; readonly driver: SqliteDriver | undefined }
    | { readonly database: SqliteDatabase }
  /** How messages name the file. */
  readonly fileName: string
}

/** Adds the default settings. */
export const settingsOf = (options: string | SqliteStoreOptions): SqliteSettings => {
  const given: SqliteStoreOptions = typeof options === 'string' ? { path: options } : options
  return {
    place:
      'path' in given ? { path: given.path, driver: given.driver } : { database: given.driver },
    fileName: 'path' in given ? `the SQLite file ${given.path}` : 'the SQLite file',
    create: given.readOnly !== true && (given.create ?? true),
    readOnly: given.readOnly ?? false,
    incomplete: given.incomplete ?? false,
    now: given.now ?? Date.now,
    busyTimeoutMilliseconds: given.busyTimeoutMilliseconds ?? 5000,
    pollMilliseconds: given.pollMilliseconds ?? 200,
  }
}
