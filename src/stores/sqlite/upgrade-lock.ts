import { StoreUnavailable } from '../../event-store/store-error.js'
import type { SqliteDatabase } from './driver.js'
import { valueOf } from './schema.js'

/** Another connection has a file open that has to be upgraded. */
export class FileInUse extends StoreUnavailable {
  constructor(fileName: string, version: number, cause?: unknown) {
    const sentence =
      `${fileName} has version ${version} and must be upgraded, but another process has it open: ` +
      'stop that process, and open the file again'
    super('busy', sentence, cause)
  }
}

const setJournal = (database: SqliteDatabase, mode: 'wal' | 'truncate'): boolean =>
  valueOf(database.prepare(`PRAGMA journal_mode = ${mode}`)) === mode

/**
 * Turns a WAL file into a file with a rollback journal, which SQLite allows only to the one connection that
 * has the file open. So a process of an older version is found. With a rollback journal, an idle process
 * leaves no trace.
 *
 * @returns whether it was a WAL file
 * @throws FileInUse if another connection has it open.
 */
export const leaveWal = (database: SqliteDatabase, fileName: string, version: number): boolean => {
  if (valueOf(database.prepare('PRAGMA journal_mode')) !== 'wal') return false
  try {
    if (setJournal(database, 'truncate')) return true
  } catch (cause) {
    throw new FileInUse(fileName, version, cause)
  }
  throw new FileInUse(fileName, version)
}

/** Turns the file into a WAL file again. If another process uses it just now, it keeps the rollback journal. */
export const returnToWal = (database: SqliteDatabase): void => {
  try {
    setJournal(database, 'wal')
  } catch {
    // Slower, and as durable.
  }
}
