import { StoreUnavailable } from '../../event-store/store-error.js'
import type { Database, Query } from './connection.js'
import { quarantineTableStatements } from './quarantine.js'
import { functionStatements, SCHEMA_VERSION, schemaStatements } from './schema.js'

/** The version of the store in a schema; undefined if there is no store. */
const readVersion = async (query: Query, schema: string): Promise<number | undefined> => {
  // Not by name: the server looks up a name in a cache that may not have another session's new table.
  const tables = await query(
    `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relname = 'store_version'`,
    [schema],
  )
  if (tables.length === 0) return undefined
  const [row] = await query<{ version: number }>(`select version from ${schema}.store_version`)
  return row?.version
}

/** Makes other processes wait until this one has created or upgraded the store. */
const lockSchema = (query: Query, schema: string): Promise<unknown> =>
  query(`select pg_advisory_xact_lock(hashtext('clientfold create'), hashtext('${schema}'))`)

const createStore = async (query: Query, schema: string): Promise<number> => {
  await lockSchema(query, schema)
  const version = await readVersion(query, schema)
  if (version !== undefined) return version
  const schemas = await query('select from pg_namespace where nspname = $1', [schema])
  // Not IF NOT EXISTS, which needs a right on the database even where the schema exists.
  if (schemas.length === 0) await query(`create schema ${schema}`)
  await query(schemaStatements(schema))
  return SCHEMA_VERSION
}

/** Upgrades version 1 to version 2. A process that still runs version 1 can go on. */
const upgrade = async (query: Query, schema: string): Promise<number> => {
  await lockSchema(query, schema)
  const version = await readVersion(query, schema)
  if (version !== 1) return version ?? 0
  const [row] = await query<{ isOwner: boolean }>(
    `select pg_has_role(relowner, 'USAGE') and has_schema_privilege($1, 'CREATE') as "isOwner"
    from pg_class where oid = $2::regclass`,
    [schema, `${schema}.store_version`],
  )
  if (row?.isOwner !== true) {
    throw new StoreUnavailable(
      'denied',
      `the store in the schema ${schema} has version 1: open it once as the owner of its tables, which upgrades it, and grant the rights of postgresGrants again`,
    )
  }
  await query(quarantineTableStatements(schema) + functionStatements(schema))
  await query(`update ${schema}.store_version set version = 2`)
  return 2
}

/** Checks that the text is UTF-8, that the role may keep deliveries, and that transaction ids go on. */
const checkServer = async (query: Query, schema: string): Promise<void> => {
  const [row] = await query<{ encoding: string; isAhead: boolean | null; mayKeep: boolean }>(
    `select current_setting('server_encoding') as encoding,
      has_table_privilege('${schema}.quarantined', 'insert') as "mayKeep",
      (select max(xid) from ${schema}.events) >= pg_snapshot_xmax(pg_current_snapshot()) as "isAhead"`,
  )
  if (row?.encoding !== 'UTF8') {
    throw new StoreUnavailable('foreign', 'the database is not encoded in UTF8')
  }
  // Checked now, because a delivery is rarely quarantined, and the right would be missed only then.
  if (!row.mayKeep) {
    throw new StoreUnavailable(
      'denied',
      'the role lacks rights on the quarantine: see postgresGrants',
    )
  }
  if (row.isAhead === true) {
    throw new StoreUnavailable(
      'foreign',
      'the events were restored from another server, and their order refers to its transactions: ' +
        `"UPDATE ${schema}.events SET xid = '3'" makes them the oldest events here; discard all positions that were kept`,
    )
  }
}

/**
 * Creates the store where it is missing, upgrades a store of an older version, and refuses a store
 * that this version cannot use.
 *
 * @param create - whether a store may be created; if not, nothing is written where it is missing
 */
export const openSchema = async (
  database: Database,
  schema: string,
  create: boolean,
): Promise<void> => {
  const stored = await readVersion(database.query, schema)
  if (stored === undefined && !create) {
    throw new StoreUnavailable('missing', `the schema ${schema} holds no store`)
  }
  const current = stored ?? (await database.transaction((query) => createStore(query, schema)))
  const version =
    current === 1 ? await database.transaction((query) => upgrade(query, schema)) : current
  if (version !== SCHEMA_VERSION) {
    throw new StoreUnavailable(
      'newer',
      `the store in the schema ${schema} has version ${version}, and this package supports up to ${SCHEMA_VERSION}: install a newer version`,
    )
  }
  await checkServer(database.query, schema)
}
