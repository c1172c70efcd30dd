import { hostname } from 'node:os'
import type {
  SqlDatabase,
  SqlRow,
  SqlStatement,
  SqlValue,
  SqlWork,
} from '../../event-store/sql-database.js'
import type { Connection } from './connection.js'
import type { SqliteStatement } from './driver.js'
import { identityOf } from './file-place.js'

const bound = (value: SqlValue): string | number =>
  typeof value === 'object' ? JSON.stringify(value) : value

/** The life as hexadecimal digits, because a damaged one need not be a text. */
const LOG_MARKER = `(
  SELECT hex(CAST(id AS BLOB)) || '/' || coalesce((
    SELECT printf('%d/%d', position, head_checksum) FROM events ORDER BY position DESC LIMIT 1
  ), '') || '/' || coalesce((SELECT max(number) FROM erasures), 0) FROM life
)`

/** The database of a connection, for read models. Each statement is prepared once. */
export const createSqlDatabase = (connection: Connection): SqlDatabase => {
  const statements = new Map<string, SqliteStatement>()
  const prepared = (text: string): SqliteStatement => {
    const present = statements.get(text)
    if (present !== undefined) return present
    const statement = connection.database.prepare(text)
    statements.set(text, statement)
    return statement
  }
  const rowsOf = ({ text, values = [], isSilent = false }: SqlStatement): ReadonlyArray<SqlRow> => {
    const statement = prepared(text)
    if (!isSilent) return statement.all(...values.map(bound)) as ReadonlyArray<SqlRow>
    statement.run(...values.map(bound))
    return []
  }
  const run = <A>(work: SqlWork<A>): A => {
    let step = work.next()
    while (step.done !== true) step = work.next(rowsOf(step.value))
    return step.value
  }
  return {
    dialect: 'sqlite',
    schema: '',
    logMarker: LOG_MARKER,
    read: (work) => connection.read(() => run(work())),
    // Read models are made of the log, so what a power cut takes of them is made again.
    write: (work, isDurable = false) =>
      isDurable
        ? connection.write(() => run(work()))
        : connection.writeConsistent(() => run(work())),
    identity: () =>
      connection.read(() => {
        const [main] = prepared('PRAGMA database_list').all() as ReadonlyArray<{ file: string }>
        const life = prepared('SELECT hex(id) AS id FROM life').get() as { readonly id: string }
        return [life.id, hostname(), identityOf(main?.file ?? '')].join('/')
      }),
  }
}
