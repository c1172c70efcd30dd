import type { SqliteDatabase, SqliteValue } from './driver.js'

/** Inserts rows in their order, and returns the rowid of the last one. */
export type InsertRows = (rows: ReadonlyArray<ReadonlyArray<SqliteValue>>) => number

/** A call costs about as much as the insertion of a row. So a call inserts as many rows as it can. */
const ROWS_PER_CALL = [50, 10, 1] as const

/**
 * @param sql - an INSERT up to and including VALUES
 * @param columns - the number of values in a row
 * @param conflict - what to do with a row that is there already
 */
export const prepareInsert = (
  database: SqliteDatabase,
  sql: string,
  columns: number,
  conflict = '',
): InsertRows => {
  const row = `(${Array(columns).fill('?').join(', ')})`
  const statements = ROWS_PER_CALL.map((count) => ({
    count,
    statement: database.prepare(`${sql} ${Array(count).fill(row).join(', ')} ${conflict}`),
  }))
  return (rows) => {
    let [inserted, lastRowid] = [0, 0]
    for (const { count, statement } of statements) {
      for (; inserted + count <= rows.length; inserted += count) {
        const values = rows.slice(inserted, inserted + count).flat()
        lastRowid = Number(statement.run(...values).lastInsertRowid)
      }
    }
    return lastRowid
  }
}
