/**
 * An event store in one file, for the service that has a disk: `clientfold/sqlite`.
 *
 * @packageDocumentation
 */
export { openSqliteStore } from './open.js'
export type {
  SqliteFileOptions,
  SqliteHandleOptions,
  SqliteStoreOptions,
  SqliteStoreSettings,
} from './options.js'
export type { SqliteDatabase, SqliteDriver, SqliteStatement, SqliteValue } from './driver.js'
