import { isUtf8 } from 'node:buffer'
import {
  earlierOf,
  type PendingErasureEngine,
  type PendingErasureRow,
} from '../kit/pending-erasures.js'
import { checksumOfBytes } from '../kit/record-checksum.js'
import type { StorageKey } from '../kit/storage-key.js'
import { bytesOf, type Blob } from './blob.js'
import type { Connection } from './connection.js'
import type { SqliteDatabase, SqliteStatement } from './driver.js'

/** A row with its values as SQLite gives them without a loss. */
interface Row {
  readonly key: Blob
  readonly user: Blob
  /** Decimal digits of epoch milliseconds; empty if the erasure was called off. */
  readonly due: string
  readonly checksum: string
}

/** Prepared at the first use, because most stores never schedule an erasure. */
interface PendingStatements {
  readonly rows: SqliteStatement
  readonly row: SqliteStatement
  readonly put: SqliteStatement
  readonly remove: SqliteStatement
}

const SELECT = `SELECT CAST(user_key AS BLOB) AS key, CAST(user_id AS BLOB) AS user,
  CASE WHEN due_at IS NULL THEN '' ELSE printf('%d', due_at) END AS due,
  printf('%d', checksum) AS checksum FROM pending_erasures`

/** Stands for null, which not every driver binds. No time is negative. */
const CALLED_OFF = -1

const prepare = (database: SqliteDatabase): PendingStatements => ({
  rows: database.prepare(SELECT),
  row: database.prepare(`${SELECT} WHERE user_key = ?`),
  put: database.prepare(
    `INSERT OR REPLACE INTO pending_erasures VALUES (?, ?, nullif(?, ${CALLED_OFF}), ?)`,
  ),
  remove: database.prepare('DELETE FROM pending_erasures WHERE user_key = ?'),
})

const SEPARATOR = Buffer.of(0)

const checksumOf = (key: Blob, user: Blob, due: string): number =>
  checksumOfBytes(
    Buffer.concat([bytesOf(key), SEPARATOR, bytesOf(user), SEPARATOR, Buffer.from(due)]),
  )

const problemOf = ({ key, user, due, checksum }: Row): PendingErasureRow['problem'] => {
  if (!isUtf8(bytesOf(key)) || !isUtf8(bytesOf(user))) return 'not-utf-8'
  return checksumOf(key, user, due) === Number(checksum) ? undefined : 'checksum'
}

const rowOf = (row: Row): PendingErasureRow => {
  const problem = problemOf(row)
  return {
    key: bytesOf(row.key).toString(),
    userId: bytesOf(row.user).toString(),
    dueAt: row.due === '' ? null : Number(row.due),
    ...(problem !== undefined && { problem }),
  }
}

/** The scheduled erasures in the file. */
export const createPendingErasureEngine = (connection: Connection): PendingErasureEngine => {
  let prepared: PendingStatements | undefined
  const statements = (): PendingStatements => (prepared ??= prepare(connection.database))
  const read = (key: StorageKey): PendingErasureRow | undefined => {
    const row = statements().row.get(key) as Row | undefined
    return row === undefined ? undefined : rowOf(row)
  }
  const put = ({ key, userId, dueAt }: PendingErasureRow): void => {
    const due = dueAt === null ? '' : String(dueAt)
    const checksum = checksumOf(Buffer.from(key), Buffer.from(userId), due)
    statements().put.run(key, userId, dueAt ?? CALLED_OFF, checksum)
  }
  return {
    schedule: (row) =>
      connection.write(() => {
        const stored = read(row.key)
        // A damaged time is replaced, because it says nothing.
        const isSound = stored !== undefined && stored.problem === undefined
        const dueAt = isSound ? earlierOf(stored.dueAt, row.dueAt) : row.dueAt
        put({ ...row, dueAt })
        return dueAt
      }),
    callOff: (key) =>
      connection.write(() => {
        const stored = read(key)
        if (stored === undefined || stored.dueAt === null) return false
        put({ ...stored, dueAt: null })
        return true
      }),
    rows: () => connection.read(() => (statements().rows.all() as ReadonlyArray<Row>).map(rowOf)),
    row: (key) => connection.read(() => read(key)),
    remove: async (key) => {
      // Looked up first: most erasures were not scheduled, and a write costs a sync.
      if ((await connection.read(() => statements().row.get(key))) === undefined) return
      await connection.write(() => statements().remove.run(key))
    },
  }
}
