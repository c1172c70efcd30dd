import { pathToFileURL } from 'node:url'
import { StoreUnavailable } from '../../event-store/store-error.js'

/** A value that is bound to a parameter of a statement. */
export type SqliteValue = string | number | Uint8Array

/** A prepared statement with the methods of better-sqlite3, which other drivers have too. */
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

/** The drivers that the store can load. */
export type SqliteDriver = 'node:sqlite' | 'libsql'

/**
 * How a file is opened. `read` needs no right to write. `frozen` is for a file with a WAL that no process
 * has open, where nothing can be created beside it: SQLite then takes no locks, and sees no change.
 */
export type OpenMode = 'write' | 'read' | 'frozen'

/** Opens a database file with a driver. The path is absolute. */
export type OpenDatabase = (path: string, mode?: OpenMode) => SqliteDatabase

type DatabaseClass = new (path: string, options?: { readonly readOnly?: boolean }) => SqliteDatabase

/** The URI of a file for SQLite (https://sqlite.org/uri.html). */
const uriOf = (path: string, mode: 'read' | 'frozen'): string =>
  `${pathToFileURL(path).href}?mode=ro${mode === 'frozen' ? '&immutable=1' : ''}`

/**
 * Names in variables, because the compiler does not find these modules in every installation. The comments
 * in the imports keep bundlers from resolving them.
 */
const MODULES: Readonly<Record<SqliteDriver, string>> = {
  'node:sqlite': 'node:sqlite',
  libsql: 'libsql',
}

const loadNodeSqlite = async (): Promise<OpenDatabase> => {
  const { DatabaseSync } = (await import(
    /* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ MODULES['node:sqlite']
  )) as {
    readonly DatabaseSync: DatabaseClass
  }
  return (path, mode = 'write') => {
    if (mode === 'write') return new DatabaseSync(path)
    return new DatabaseSync(mode === 'read' ? path : uriOf(path, mode), { readOnly: true })
  }
}

const loadLibsql = async (): Promise<OpenDatabase> => {
  const { default: Database } = (await import(
    /* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ MODULES.libsql
  )) as {
    readonly default: DatabaseClass
  }
  // Its own option `readonly` does not keep it from writing.
  return (path, mode = 'write') => new Database(mode === 'write' ? path : uriOf(path, mode))
}

/** What to do where no driver can be loaded. `libsql` is an optional peer of this package. */
const MISSING: Readonly<Record<SqliteDriver | 'any', string>> = {
  any: 'there is no driver for SQLite: run `npm install libsql`, or use Node 22.13 or later',
  libsql: 'the SQLite driver libsql is not installed: run `npm install libsql`',
  'node:sqlite':
    'this version of Node has no node:sqlite: use Node 22.13 or later, or run `npm install libsql`',
}

/**
 * Loads a driver: `node:sqlite` where this Node has it (22.13 and later), else `libsql`.
 *
 * @param driver - load only this one
 * @throws StoreUnavailable if no driver can be loaded. The message says what to install.
 */
export const loadDriver = async (driver: SqliteDriver | undefined): Promise<OpenDatabase> => {
  try {
    if (driver === 'libsql') return await loadLibsql()
    if (driver === 'node:sqlite') return await loadNodeSqlite()
    return await loadNodeSqlite().catch(loadLibsql)
  } catch (cause) {
    throw new StoreUnavailable('unreachable', MISSING[driver ?? 'any'], cause)
  }
}
