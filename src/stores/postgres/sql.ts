import type { SqlDatabase, SqlStatement, SqlWork } from '../../event-store/sql-database.js'
import type { Database, Query } from './connection.js'
import { lifeExpression } from './life.js'

/** PostgreSQL numbers its parameters. */
const numbered = (text: string): string => {
  let parameter = 0
  return text.replaceAll('?', () => `$${(parameter += 1)}`)
}

/**
 * Whatever is committed changes the snapshot, as long as the server runs and is not promoted: after that it
 * could count the same transactions again. Reading the life of the store costs more than a small page.
 */
const LOG_MARKER = `(pg_current_snapshot()::text || '/' ||
  extract(epoch from pg_postmaster_start_time()) || '/' || pg_is_in_recovery())`

/** The database of a store, for read models. */
export const createSqlDatabase = (database: Database, schema: string): SqlDatabase => {
  const texts = new Map<string, string>()
  const textOf = (text: string): string => {
    const present = texts.get(text)
    if (present !== undefined) return present
    const translated = numbered(text)
    texts.set(text, translated)
    return translated
  }
  const run = async <A>(query: Query, work: SqlWork<A>): Promise<A> => {
    let step = work.next()
    while (step.done !== true) {
      const { text, values = [] }: SqlStatement = step.value
      // Without values it may be several statements, which cannot be prepared.
      step = work.next(
        await query(textOf(text), values, values.length > 0 ? 'prepared' : undefined),
      )
    }
    return step.value
  }
  return {
    dialect: 'postgres',
    schema: `${schema}.`,
    logMarker: LOG_MARKER,
    read: (work) => run(database.query, work()),
    write: (work, isDurable = false) =>
      database.transaction(async (query) => {
        // The role, or the database, may have it off.
        if (isDurable) await query('set local synchronous_commit = on')
        return run(query, work())
      }),
    identity: async () => {
      const [row] = await database.query<{ life: string }>(
        `select ${lifeExpression(schema)} as life`,
      )
      return row?.life ?? ''
    },
  }
}
