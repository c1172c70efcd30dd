import type { SqliteDatabase, SqliteValue } from './driver.js'

/** Writes rows in their order, and answers the rowid of the last one. */
export type Insert = (rows: ReadonlyArray<ReadonlyArray<SqliteValue>>) => number

/** A call costs about as much as the row that it writes: so many rows go in one call, while there are. */
const ROWS_OF_CALL = [50, 10, 1] as const

/**
 * @param sql - an insertion up to and with VALUES
 * @param columns - how many values a row has
 */
export const prepareInsert = (database: SqliteDatabase, sql: string, columns: number): Insert => {
  const row = `(${Array(columns).fill('?').join(', ')})`
  const statements = ROWS_OF_CALL.map((count) => ({
    count,
    statement: database.prepare(`${sql} ${Array(count).fill(row).join(', ')}`),
  }))
  return (rows) => {
    let [written, last] = [0, 0]
    for (const { count, statement } of statements) {
      for (; written + count <= rows.length; written += count) {
        const values = rows.slice(written, written + count).flat()
        last = Number(statement.run(...values).lastInsertRowid)
      }
    }
    return last
  }
}
