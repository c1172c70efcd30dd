import { StoreUnavailable } from '../../event-store/store-error.js'
import type { Database, Query } from './database.js'
import { quarantineTable } from './quarantine.js'
import { functionStatements, SCHEMA_VERSION, schemaStatements } from './schema.js'

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

/** Whoever comes second finds what the first has made. */
const lockSchema = (query: Query, schema: string): Promise<unknown> =>
  query(`select pg_advisory_xact_lock(hashtext('clientfold create'), hashtext('${schema}'))`)

const makeStore = async (query: Query, schema: string): Promise<number> => {
  await lockSchema(query, schema)
  const version = await versionIn(query, schema)
  if (version !== undefined) return version
  const schemas = await query('select from pg_namespace where nspname = $1', [schema])
  // Even with IF NOT EXISTS, this asks for a right on the database.
  if (schemas.length === 0) await query(`create schema ${schema}`)
  await query(schemaStatements(schema))
  return SCHEMA_VERSION
}

/** What makes a schema of version 2 of one of version 1. Who works with version 1 goes on as before. */
const upgrade = async (query: Query, schema: string): Promise<number> => {
  await lockSchema(query, schema)
  const version = await versionIn(query, schema)
  if (version !== 1) return version ?? 0
  const [row] = await query<{ isOwner: boolean }>(
    `select pg_has_role(relowner, 'USAGE') and has_schema_privilege($1, 'CREATE') as "isOwner"
    from pg_class where oid = $2::regclass`,
    [schema, `${schema}.store_version`],
  )
  if (row?.isOwner !== true) {
    throw new StoreUnavailable(
      'denied',
      `the store in the schema ${schema} has version 1: let the owner of its tables open it once, who makes version 2 of it, and grant the rights of postgresGrants again`,
    )
  }
  await query(quarantineTable(schema) + functionStatements(schema))
  await query(`update ${schema}.store_version set version = 2`)
  return 2
}

/** The text is UTF-8, and transaction ids go on from where they were. */
const checkServer = async (query: Query, schema: string): Promise<void> => {
  const [row] = await query<{ encoding: string; isAhead: boolean | null; mayKeep: boolean }>(
    `select current_setting('server_encoding') as encoding,
      has_table_privilege('${schema}.quarantined', 'insert') as "mayKeep",
      (select max(xid) from ${schema}.events) >= pg_snapshot_xmax(pg_current_snapshot()) as "isAhead"`,
  )
  if (row?.encoding !== 'UTF8') {
    throw new StoreUnavailable('foreign', 'the database is not encoded in UTF8')
  }
  // Asked here, because what needs it is rare: it would come out when a delivery is to be kept.
  if (!row.mayKeep) {
    throw new StoreUnavailable(
      'denied',
      'the role lacks rights on the quarantine: see postgresGrants',
    )
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
 * Makes the store where there is none, brings one of an older version up to this one, and refuses one
 * that is not ours to use.
 *
 * @param mayMake - whether one may be made; if not, nothing at all is written where there is none
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
  const made = found ?? (await database.transaction((query) => makeStore(query, schema)))
  const version = made === 1 ? await database.transaction((query) => upgrade(query, schema)) : made
  if (version !== SCHEMA_VERSION) {
    throw new StoreUnavailable(
      'newer',
      `the store in the schema ${schema} has version ${version}; this package knows ${SCHEMA_VERSION}`,
    )
  }
  await checkServer(database.query, schema)
}
