/**
 * An event store in one file, for the service that has a disk: `clientfold/sqlite`.
 *
 * @packageDocumentation
 */
export { openSqliteStore } from './open-sqlite-store.js'
export type {
  SqliteFileOptions,
  SqliteHandleOptions,
  SqliteStoreOptions,
  SqliteStoreSettings,
} from './open-sqlite-store.js'
export type { SqliteDatabase, SqliteDriver, SqliteStatement, SqliteValue } from './driver.js'
