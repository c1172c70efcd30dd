/**
 * The rights that a role needs to use an existing store in a schema, as SQL statements. To create the
 * store, a role needs `CREATE` on the database or on an existing schema. To erase, it must own the
 * tables, because erasing rewrites them.
 *
 * @example
 * import { postgresGrants } from 'clientfold/postgres'
 * postgresGrants('clientfold', 'app')[0] // => 'GRANT USAGE ON SCHEMA clientfold TO app'
 */
export const postgresGrants = (schema: string, role: string): ReadonlyArray<string> => [
  `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
  `GRANT SELECT ON ${schema}.store_version TO ${role}`,
  `GRANT SELECT, INSERT ON ${['events', 'session_clients', 'user_clients', 'erased']
    .map((table) => `${schema}.${table}`)
    .join(', ')} TO ${role}`,
  `GRANT SELECT, INSERT, DELETE ON ${schema}.quarantined TO ${role}`,
]
