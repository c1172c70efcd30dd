import { StoreUnavailable } from '../../event-store/store-error.js'

/** What is bound to a statement. */
export type SqliteValue = string | number | Uint8Array

/** A prepared statement, as better-sqlite3 shaped it and other drivers took over. */
export interface SqliteStatement {
  readonly run: (...values: SqliteValue[]) => {
    readonly changes: number | bigint
    readonly lastInsertRowid: number | bigint
  }
  readonly get: (...values: SqliteValue[]) => unknown
  readonly all: (...values: SqliteValue[]) => ReadonlyArray<unknown>
}

/**
 * A connection to a SQLite file: the part of better-sqlite3, `libsql` and `node:sqlite` that the store
 * needs.
 */
export interface SqliteDatabase {
  readonly exec: (sql: string) => unknown
  readonly prepare: (sql: string) => SqliteStatement
  readonly close: () => unknown
}

/** The drivers that the store finds by itself. */
export type SqliteDriver = 'node:sqlite' | 'libsql'

type Opening = (path: string) => SqliteDatabase
type DatabaseClass = new (path: string) => SqliteDatabase

/** Not named where they are imported, since neither the types nor every Node have the module. */
const MODULES: Readonly<Record<SqliteDriver, string>> = {
  'node:sqlite': 'node:sqlite',
  libsql: 'libsql',
}

const loadNodeSqlite = async (): Promise<Opening> => {
  const { DatabaseSync } = (await import(MODULES['node:sqlite'])) as {
    readonly DatabaseSync: DatabaseClass
  }
  return (path) => new DatabaseSync(path)
}

const loadLibsql = async (): Promise<Opening> => {
  const { default: Database } = (await import(MODULES.libsql)) as {
    readonly default: DatabaseClass
  }
  return (path) => new Database(path)
}

/**
 * Loads a driver: `node:sqlite` where this Node has it (22.13 and later), else `libsql`.
 *
 * @throws StoreUnavailable if there is none.
 */
export const loadDriver = async (driver: SqliteDriver | undefined): Promise<Opening> => {
  try {
    if (driver !== undefined) return await (driver === 'libsql' ? loadLibsql() : loadNodeSqlite())
    return await loadNodeSqlite().catch(loadLibsql)
  } catch (cause) {
    const message =
      driver === 'node:sqlite'
        ? 'this Node has no node:sqlite: use Node 22.13 or later, or run `npm install libsql`'
        : 'no driver for SQLite is installed: run `npm install libsql`, or use Node 22.13 or later'
    throw new StoreUnavailable('unreachable', message, cause)
  }
}
