import type { SqlDatabase, SqlStatement, SqlValue } from '../../event-store/sql-database.js'

/** How many rows one statement of SQLite inserts. A call costs about as much as the insertion of a row. */
const ROWS_PER_CALL = [50, 10, 1] as const

/** A table of the views, with the types of its columns in PostgreSQL. */
export interface ViewTable {
  readonly name: string
  readonly columns: Readonly<Record<string, 'text' | 'bigint' | 'integer'>>
  /** The columns of the primary key. */
  readonly key: ReadonlyArray<string>
  /** The columns that are in no index, and in no condition of one. */
  readonly unindexed: ReadonlyArray<string>
}

/** A condition that a column has one of the values of a list, which is one parameter. */
export const among = ({ dialect }: SqlDatabase, column: string): string =>
  dialect === 'sqlite' ? `${column} in (select value from json_each(?))` : `${column} = any(?)`

type Rows = ReadonlyArray<ReadonlyArray<string | number>>

/** Inserts rows, or changes columns of those whose keys are there. */
const upsertColumns = (
  { dialect, schema }: SqlDatabase,
  { name, columns, key }: ViewTable,
  changed: ReadonlyArray<string>,
  rows: Rows,
): ReadonlyArray<SqlStatement> => {
  if (rows.length === 0) return []
  const names = Object.keys(columns)
  const changes = changed.map((column) => `${column} = excluded.${column}`)
  const textOf = (source: string): string =>
    `insert into ${schema}${name} (${names.join(', ')}) ${source}
    on conflict (${key.join(', ')}) do update set ${changes.join(', ')}`
  if (dialect === 'postgres') {
    const types = Object.values(columns).map((type) => `?::${type}[]`)
    const values = names.map((_, column) => rows.map((row) => row[column])) as SqlValue[]
    return [{ text: textOf(`select * from unnest(${types.join(', ')})`), values, isSilent: true }]
  }
  const statements: SqlStatement[] = []
  const row = `(${names.map(() => '?').join(', ')})`
  let start = 0
  for (const count of ROWS_PER_CALL) {
    const text = textOf(`values ${Array(count).fill(row).join(', ')}`)
    for (; start + count <= rows.length; start += count) {
      statements.push({ text, values: rows.slice(start, start + count).flat(), isSilent: true })
    }
  }
  return statements
}

/** Inserts rows, or changes those whose keys are there. */
export const upsert = (
  database: SqlDatabase,
  table: ViewTable,
  rows: Rows,
): ReadonlyArray<SqlStatement> => {
  const { columns, key } = table
  const changed = Object.keys(columns).filter((column) => !key.includes(column))
  return upsertColumns(database, table, changed, rows)
}

/**
 * Changes rows that are there, and whose columns in indexes stay the same. SQLite writes an index again when
 * one of its columns is set, also to the value that it has.
 */
export const updateUnindexed = (
  database: SqlDatabase,
  table: ViewTable,
  rows: Rows,
): ReadonlyArray<SqlStatement> => upsertColumns(database, table, table.unindexed, rows)
