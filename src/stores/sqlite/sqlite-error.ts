import {
  CorruptRecord,
  StoreUnavailable,
  type UnavailableReason,
} from '../../event-store/store-error.js'

/** The primary result codes of SQLite that tell why (https://sqlite.org/rescode.html). */
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

type CodeName = keyof typeof CODES

const NAMES: ReadonlyMap<number, CodeName> = new Map(
  Object.entries(CODES).map(([name, code]) => [code, name as CodeName]),
)

/** An extended code holds the primary one in its lowest byte. */
const nameOf = (code: number): CodeName | undefined => NAMES.get(code & 0xff)

/** Every driver has its own way to tell SQLite's result code. */
const resultOf = (error: unknown): CodeName | undefined => {
  if (!(error instanceof Error)) return undefined
  const { errcode, rawCode, code } = error as Error & Record<string, unknown>
  // node:sqlite, libsql
  if (typeof errcode === 'number') return nameOf(errcode)
  if (typeof rawCode === 'number') return nameOf(rawCode)
  // better-sqlite3: SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT
  const named = typeof code === 'string' ? code.split('_')[1] : undefined
  if (named !== undefined && named in CODES) return named as CodeName
  // libsql, while it opens: ConnectionFailed("Unable to open …: 14")
  const opening = /: (\d+)"\)$/.exec(error.message)?.[1]
  return opening === undefined ? undefined : nameOf(Number(opening))
}

const describe = (
  file: string,
  result: CodeName | undefined,
): readonly [UnavailableReason, string] => {
  switch (result) {
    case 'BUSY':
    case 'LOCKED':
    case 'PROTOCOL':
      return ['busy', `${file} is locked by another process`]
    case 'PERM':
    case 'READONLY':
      return ['denied', `${file} may not be written to`]
    case 'CANTOPEN':
      return ['denied', `${file} cannot be opened`]
    case 'FULL':
      return ['storage', `there is no room left for ${file}`]
    case 'IOERR':
      return ['storage', `${file} cannot be read or written: the disk failed`]
    case 'CORRUPT':
      return ['storage', `${file} is damaged`]
    case 'NOTADB':
      return ['foreign', `${file} is no database`]
    default:
      return ['storage', `SQLite failed on ${file}`]
  }
}

/**
 * What a driver threw, as the port's error: one sentence, which quotes nothing but the file's name.
 *
 * @param file - how the sentence names the file
 */
export const unavailable = (error: unknown, file: string): StoreUnavailable | CorruptRecord => {
  if (error instanceof StoreUnavailable || error instanceof CorruptRecord) return error
  const [reason, message] = describe(file, resultOf(error))
  return new StoreUnavailable(reason, message, error)
}
