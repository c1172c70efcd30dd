const TABLES = ['events', 'session_clients', 'user_clients', 'erased']

/**
 * The rights that a role needs to use an existing store in a schema, as SQL statements. To create the
 * store, a role needs `CREATE` on the database or on an existing schema. To erase, it must own the
 * tables, because erasing rewrites them.
 *
 * @param use - `read` for a role that only reads; `write` unless given
 *
 * @example
 * import { postgresGrants } from 'clientfold/postgres'
 * postgresGrants('clientfold', 'app')[0] // => 'GRANT USAGE ON SCHEMA clientfold TO app'
 */
export const postgresGrants = (
  schema: string,
  role: string,
  use: 'read' | 'write' = 'write',
): ReadonlyArray<string> => {
  const tables = TABLES.map((table) => `${schema}.${table}`).join(', ')
  const [toTables, toQuarantine] =
    use === 'read' ? ['SELECT', 'SELECT'] : ['SELECT, INSERT', 'SELECT, INSERT, DELETE']
  return [
    `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    `GRANT SELECT ON ${schema}.store_version TO ${role}`,
    `GRANT ${toTables} ON ${tables} TO ${role}`,
    `GRANT ${toQuarantine} ON ${schema}.quarantined TO ${role}`,
  ]
}
