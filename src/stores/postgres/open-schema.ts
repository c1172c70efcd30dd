import { StoreUnavailable } from '../../store/store-error.js'
import type { Database, Query } from './database.js'
import { SCHEMA_VERSION, schemaStatements } from './schema.js'

const versionIn = async (query: Query, schema: string): Promise<number | undefined> => {
  // A name is looked up in a cache of the server, which may not know yet what others have made.
  const tables = await query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = 'store_version'`,
    [schema],
  )
  if (tables.length === 0) return undefined
  const [row] = await query<{ version: number }>(`select version from ${schema}.store_version`)
  return row?.version
}

const makeStore = async (query: Query, schema: string): Promise<number> => {
  // Whoever comes second finds what the first has made.
  await query(`select pg_advisory_xact_lock(hashtext('clientfold create'), hashtext('${schema}'))`)
  const version = await versionIn(query, schema)
  if (version !== undefined) return version
  const schemas = await query('select from pg_namespace where nspname = $1', [schema])
  // Even with IF NOT EXISTS, this asks for a right on the database.
  if (schemas.length === 0) await query(`create schema ${schema}`)
  await query(schemaStatements(schema))
  return SCHEMA_VERSION
}

/** The text is UTF-8, and transaction ids go on from where they were. */
const checkServer = async (query: Query, schema: string): Promise<void> => {
  const [row] = await query<{ encoding: string; isAhead: boolean | null }>(
    `select current_setting('server_encoding') as encoding,
      (select max(xid) from ${schema}.events) >= pg_snapshot_xmax(pg_current_snapshot()) as "isAhead"`,
  )
  if (row?.encoding !== 'UTF8') {
    throw new StoreUnavailable('foreign', 'the database is not encoded in UTF8')
  }
  if (row.isAhead === true) {
    throw new StoreUnavailable(
      'foreign',
      'the events were restored from another server, to whose transactions their order refers: ' +
        `"UPDATE ${schema}.events SET xid = '3'" makes them the oldest here, and positions kept elsewhere void`,
    )
  }
}

/**
 * Makes the store where there is none, and refuses one that is not ours to use.
 *
 * @param mayMake - whether one may be made; if not, nothing at all is written
 */
export const openSchema = async (
  database: Database,
  schema: string,
  mayMake: boolean,
): Promise<void> => {
  const found = await versionIn(database.query, schema)
  if (found === undefined && !mayMake) {
    throw new StoreUnavailable('missing', `the schema ${schema} holds no store`)
  }
  const version = found ?? (await database.transaction((query) => makeStore(query, schema)))
  if (version !== SCHEMA_VERSION) {
    throw new StoreUnavailable(
      'newer',
      `the store in the schema ${schema} has version ${version}; this package knows ${SCHEMA_VERSION}`,
    )
  }
  await checkServer(database.query, schema)
}
