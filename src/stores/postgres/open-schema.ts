import { StoreUnavailable } from '../../event-store/store-error.js'
import type { Database, Query } from './connection.js'
import { pendingErasureTableStatements } from './pending-erasures.js'
import { quarantineTableStatements } from './quarantine.js'
import {
  functionStatements,
  SCHEMA_VERSION,
  schemaStatements,
  SYSTEM_IDENTIFIER,
} from './schema.js'
import { checkFeatures } from './server-features.js'
import { upgradeTombstoneStatements } from './tombstones.js'

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

/** Makes other processes wait until this one has created or changed the store. */
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

/** Rejects with a sentence if the role may not change the tables of the store. */
const checkOwner = async (query: Query, schema: string, sentence: string): Promise<void> => {
  const [row] = await query<{ isOwner: boolean }>(
    `select pg_has_role(relowner, 'USAGE') and has_schema_privilege($1, 'CREATE') as "isOwner"
    from pg_class where oid = $2::regclass`,
    [schema, `${schema}.store_version`],
  )
  if (row?.isOwner !== true) throw new StoreUnavailable('denied', sentence)
}

/** Upgrades a store of an older version. A process of version 3 or older cannot write any more. */
const upgrade = async (query: Query, schema: string): Promise<number> => {
  await lockSchema(query, schema)
  const version = (await readVersion(query, schema)) ?? 0
  if (version >= SCHEMA_VERSION) return version
  await checkOwner(
    query,
    schema,
    `the store in the schema ${schema} has version ${version}: open it once as the owner of its tables, which upgrades it, and grant the rights of postgresGrants again`,
  )
  if (version === 1) await query(quarantineTableStatements(schema))
  if (version <= 2) {
    await query(`alter table ${schema}.store_version add column system_identifier text`)
  }
  await query(
    upgradeTombstoneStatements(schema) +
      pendingErasureTableStatements(schema) +
      functionStatements(schema),
  )
  await query(
    `update ${schema}.store_version set version = ${SCHEMA_VERSION}, system_identifier = ${SYSTEM_IDENTIFIER}`,
  )
  return SCHEMA_VERSION
}

/** Whether the events refer to transactions of another server. Then their order has no meaning here. */
const isFromElsewhere = async (query: Query, schema: string): Promise<boolean> => {
  const [row] = await query<{ isFromElsewhere: boolean }>(
    `select system_identifier is distinct from ${SYSTEM_IDENTIFIER}
      or coalesce(
        (select max(xid) from ${schema}.events) >= pg_snapshot_xmax(pg_current_snapshot()), false
      ) as "isFromElsewhere"
    from ${schema}.store_version`,
  )
  return row?.isFromElsewhere === true
}

/**
 * Makes the events of another server the oldest ones of this server: they get the id of a transaction
 * that is older than all others, and keep their numbers, which order the events of each client.
 */
const adopt = async (query: Query, schema: string): Promise<void> => {
  await checkOwner(
    query,
    schema,
    `the events in the schema ${schema} were restored from another server: open the store once as the owner of its tables, which puts them in the order of this server`,
  )
  await lockSchema(query, schema)
  if (!(await isFromElsewhere(query, schema))) return
  // Every row is written again, which takes as long as it needs.
  await query('set local statement_timeout = 0')
  await query(`update ${schema}.events set xid = '3' where xid <> '3'`, [], 'unbounded')
  await query(`update ${schema}.store_version set system_identifier = ${SYSTEM_IDENTIFIER}`)
}

/** Checks that the text is UTF-8, and that a role that may append may also keep deliveries. */
const checkRights = async (query: Query, schema: string): Promise<void> => {
  const [row] = await query<{ encoding: string; mayAppend: boolean; mayKeep: boolean }>(
    `select current_setting('server_encoding') as encoding,
      has_table_privilege('${schema}.events', 'insert') as "mayAppend",
      has_table_privilege('${schema}.quarantined', 'insert') as "mayKeep"`,
  )
  if (row?.encoding !== 'UTF8') {
    throw new StoreUnavailable('foreign', 'the database is not encoded in UTF8')
  }
  // Checked now, because a delivery is rarely quarantined, and the right would be missed only then.
  if (row.mayAppend && !row.mayKeep) {
    throw new StoreUnavailable(
      'denied',
      'the role lacks rights on the quarantine: see postgresGrants',
    )
  }
}

/**
 * Creates the store where it is missing, upgrades a store of an older version, makes restored events
 * its own, and refuses a store that this version cannot use. It writes nothing to a store that needs
 * none of that.
 *
 * @param create - whether a store may be created; if not, nothing is written where it is missing
 */
export const openSchema = async (
  database: Database,
  schema: string,
  create: boolean,
): Promise<void> => {
  await checkFeatures(database.query)
  const stored = await readVersion(database.query, schema)
  if (stored === undefined && !create) {
    throw new StoreUnavailable('missing', `the schema ${schema} holds no store`)
  }
  const current = stored ?? (await database.transaction((query) => createStore(query, schema)))
  const version =
    current < SCHEMA_VERSION
      ? await database.transaction((query) => upgrade(query, schema))
      : current
  if (version !== SCHEMA_VERSION) {
    throw new StoreUnavailable(
      'newer',
      `the store in the schema ${schema} has version ${version}, and this package supports up to ${SCHEMA_VERSION}: install a newer version`,
    )
  }
  await checkRights(database.query, schema)
  if (await isFromElsewhere(database.query, schema)) {
    await database.transaction((query) => adopt(query, schema))
  }
}
