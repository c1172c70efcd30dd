/** The tables to which every append writes. */
const LOG = ['events', 'session_clients', 'user_clients']

/** The tables to which only erasures, compactions and forgettings write. */
const ERASURES = ['tombstones', 'horizons', 'erasures', 'dropped', 'store_facts']

const RIGHTS = {
  read: { log: 'SELECT', erasures: 'SELECT', quarantine: 'SELECT' },
  write: { log: 'SELECT, INSERT', erasures: 'SELECT', quarantine: 'SELECT, INSERT, DELETE' },
  erase: {
    log: 'SELECT, INSERT, UPDATE, DELETE',
    erasures: 'SELECT, INSERT, UPDATE',
    quarantine: 'SELECT, INSERT, DELETE',
  },
} as const

/**
 * The rights that a role needs to use an existing store in a schema, as SQL statements. To create the
 * store, a role needs `CREATE` on the database or on an existing schema. To scrub, it must own the tables,
 * because a scrub rewrites them.
 *
 * @param use - `read` for a role that only reads, `erase` for one that writes and erases; `write` unless given
 *
 * @example
 * import { postgresGrants } from 'clientfold/postgres'
 * postgresGrants('clientfold', 'app')[0] // => 'GRANT USAGE ON SCHEMA clientfold TO app'
 */
export const postgresGrants = (
  schema: string,
  role: string,
  use: keyof typeof RIGHTS = 'write',
): ReadonlyArray<string> => {
  const { log, erasures, quarantine } = RIGHTS[use]
  const listOf = (tables: ReadonlyArray<string>): string =>
    tables.map((table) => `${schema}.${table}`).join(', ')
  return [
    `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    `GRANT SELECT ON ${schema}.store_version TO ${role}`,
    `GRANT ${log} ON ${listOf(LOG)} TO ${role}`,
    `GRANT ${erasures} ON ${listOf(ERASURES)} TO ${role}`,
    `GRANT ${quarantine} ON ${schema}.quarantined TO ${role}`,
  ]
}
