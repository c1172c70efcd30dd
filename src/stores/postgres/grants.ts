/** The tables to which every append writes. */
const LOG = ['events', 'session_clients', 'user_clients']

/** The tables to which only erasures, compactions and forgettings write. */
const ERASURES = ['tombstones', 'horizons', 'erasures', 'dropped', 'store_facts']

const RIGHTS = {
  read: { log: 'SELECT', erasures: 'SELECT', quarantine: 'SELECT', pending: 'SELECT' },
  write: {
    log: 'SELECT, INSERT',
    erasures: 'SELECT',
    quarantine: 'SELECT, INSERT, DELETE',
    pending: 'SELECT, INSERT, UPDATE',
  },
  erase: {
    log: 'SELECT, INSERT, UPDATE, DELETE',
    erasures: 'SELECT, INSERT, UPDATE',
    quarantine: 'SELECT, INSERT, DELETE',
    pending: 'SELECT, INSERT, UPDATE, DELETE',
  },
} as const

/**
 * The rights that a role needs to use an existing store in a schema, as SQL statements. To create the
 * store, a role needs `CREATE` on the database or on an existing schema. To scrub, it must own the tables,
 * because a scrub rewrites them.
 *
 * @param use - `read` for a role that only reads, `erase` for one that writes and erases; `write` unless given.
 *   A role that writes can schedule an erasure, and cannot carry it out.
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
  const { log, erasures, quarantine, pending } = RIGHTS[use]
  const listOf = (tables: ReadonlyArray<string>): string =>
    tables.map((table) => `${schema}.${table}`).join(', ')
  return [
    `GRANT USAGE ON SCHEMA ${schema} TO ${role}`,
    `GRANT SELECT ON ${schema}.store_version TO ${role}`,
    `GRANT ${log} ON ${listOf(LOG)} TO ${role}`,
    `GRANT ${erasures} ON ${listOf(ERASURES)} TO ${role}`,
    `GRANT ${quarantine} ON ${schema}.quarantined TO ${role}`,
    `GRANT ${pending} ON ${schema}.pending_erasures TO ${role}`,
  ]
}

/** The tables of the views. */
const VIEWS = ['view_progress', 'view_clients', 'view_sessions', 'view_damages']

/**
 * The rights that a role needs to keep views up in a schema, as SQL statements. The first list makes the
 * tables, if its role may create tables there; otherwise let their owner make them with
 * `clientfold views rebuild`, and then grant these rights. A role without them still answers lists, but
 * folds the log into memory for that.
 *
 * @example
 * import { postgresViewsGrants } from 'clientfold/postgres'
 * postgresViewsGrants('clientfold', 'app').length // => 1
 */
export const postgresViewsGrants = (schema: string, role: string): ReadonlyArray<string> => {
  const tables = VIEWS.map((table) => `${schema}.${table}`).join(', ')
  return [`GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ${tables} TO ${role}`]
}
