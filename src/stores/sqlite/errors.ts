import {
  CorruptRecord,
  StoreUnavailable,
  type UnavailableReason,
} from '../../event-store/store-error.js'

/** The primary result codes of SQLite that have a sentence of their own (https://sqlite.org/rescode.html). */
const CODES = {
  PERM: 3,
  BUSY: 5,
  LOCKED: 6,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  PROTOCOL: 15,
  NOTADB: 26,
} as const

type ResultName = keyof typeof CODES

const NAMES: ReadonlyMap<number, ResultName> = new Map(
  Object.entries(CODES).map(([name, code]) => [code, name as ResultName]),
)

/** An extended code holds the primary one in its lowest byte. */
const nameOf = (code: number): ResultName | undefined => NAMES.get(code & 0xff)

/** An extended code, and its name in better-sqlite3: SQLite itself has noticed that the file was moved. */
const READONLY_DBMOVED = [1032, 'SQLITE_READONLY_DBMOVED'] as const

const hasCode = (error: unknown, codes: ReadonlyArray<number | string>): boolean => {
  const { errcode, rawCode, code } = Object(error) as Record<string, unknown>
  return [errcode, rawCode, code].some((each) => codes.includes(each as number | string))
}

/** How a sentence goes on after the name of a file that is not in its place. */
const MOVED =
  'was moved, deleted or replaced while it was open: put it back with its -wal file, or stop this process and open the store again'

/** @param fileName - how the sentence names the file */
export const moved = (fileName: string, cause?: unknown): StoreUnavailable =>
  new StoreUnavailable('moved', `${fileName} ${MOVED}`, cause)

/** A frozen file has changed. @param fileName - how the sentence names the file */
export const changed = (fileName: string): StoreUnavailable =>
  new StoreUnavailable(
    'unreachable',
    `${fileName} was changed by another process, which cannot be followed without the right to write: open the store again`,
  )

/** Extended codes of READONLY: a process that crashed left work that only a writer can complete. */
const NEEDS_WRITER = [264, 776, 1288, 1544] as const

const needsWriter = (fileName: string, cause: unknown): StoreUnavailable =>
  new StoreUnavailable(
    'denied',
    `the process that wrote to ${fileName} last has not closed it: open it once with the right to write to it and to its folder`,
    cause,
  )

/** Where only reading is allowed. @param fileName - how the sentence names the file */
export const readOnly = (fileName: string): StoreUnavailable =>
  new StoreUnavailable('denied', `${fileName} is open for reading only`)

/** The result of SQLite in an error. Each driver has its own property for it. */
const resultOf = (error: unknown): ResultName | undefined => {
  if (!(error instanceof Error)) return undefined
  const { errcode, rawCode, code } = error as Error & Record<string, unknown>
  // node:sqlite, libsql
  if (typeof errcode === 'number') return nameOf(errcode)
  if (typeof rawCode === 'number') return nameOf(rawCode)
  // better-sqlite3: SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT
  const name = typeof code === 'string' ? code.split('_')[1] : undefined
  if (name !== undefined && name in CODES) return name as ResultName
  // libsql, while it opens: ConnectionFailed("Unable to open …: 14")
  const openCode = /: (\d+)"\)$/.exec(error.message)?.[1]
  return openCode === undefined ? undefined : nameOf(Number(openCode))
}

/** Whether SQLite says that a file is no database, or a damaged one. */
export const isUnreadable = (error: unknown): boolean => {
  const result = resultOf(error)
  return result === 'NOTADB' || result === 'CORRUPT'
}

const describeResult = (
  fileName: string,
  result: ResultName | undefined,
): readonly [UnavailableReason, string] => {
  switch (result) {
    case 'BUSY':
    case 'LOCKED':
    case 'PROTOCOL':
      return ['busy', `${fileName} is locked by another process`]
    case 'PERM':
    case 'READONLY':
      return ['denied', `${fileName} may not be written to`]
    case 'CANTOPEN':
      return ['denied', `${fileName} cannot be opened`]
    case 'FULL':
      return ['storage', `the disk is full: ${fileName} cannot grow`]
    case 'IOERR':
      return ['storage', `${fileName} cannot be read or written: the disk failed`]
    case 'CORRUPT':
      return ['storage', `${fileName} is damaged`]
    case 'NOTADB':
      return ['foreign', `${fileName} is not a database`]
    default:
      return ['storage', `SQLite failed on ${fileName}`]
  }
}

/**
 * The error of a driver as the port's error, in one sentence without any stored value.
 *
 * @param fileName - how the sentence names the file
 */
export const unavailable = (error: unknown, fileName: string): StoreUnavailable | CorruptRecord => {
  if (error instanceof StoreUnavailable || error instanceof CorruptRecord) return error
  if (hasCode(error, READONLY_DBMOVED)) return moved(fileName, error)
  if (hasCode(error, NEEDS_WRITER)) return needsWriter(fileName, error)
  const [reason, message] = describeResult(fileName, resultOf(error))
  return new StoreUnavailable(reason, message, error)
}
