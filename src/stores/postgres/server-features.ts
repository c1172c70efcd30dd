import { StoreUnavailable } from '../../event-store/store-error.js'
import type { Query } from './connection.js'

/** What the order of events needs: PostgreSQL has these since version 13. */
const FUNCTIONS = [
  'pg_current_snapshot',
  'pg_current_xact_id',
  'pg_snapshot_xmin',
  'pg_visible_in_snapshot',
] as const
const TYPE = 'xid8'

/** Servers that have the names but order no transactions by them. Their own name is in their version. */
const OTHER_SERVERS = [
  { pattern: /CockroachDB/i, name: 'CockroachDB' },
  { pattern: /-YB-|Yugabyte/i, name: 'YugabyteDB' },
  { pattern: /DSQL/, name: 'Aurora DSQL' },
] as const

/**
 * The sentence that refuses a server; undefined for a server that has everything.
 *
 * @param version - what the function version() of the server answers
 * @param found - the names of the above that the server has
 */
export const describeMissingFeatures = (
  version: string,
  found: ReadonlyArray<string>,
): string | undefined => {
  const other = OTHER_SERVERS.find(({ pattern }) => pattern.test(version))
  const missing = [...FUNCTIONS, TYPE].filter((name) => !found.includes(name))
  if (missing.length === 0 && other === undefined) return undefined
  const server = other?.name ?? /^\w+ [\w.-]{1,20}/.exec(version)?.[0] ?? 'of an unknown kind'
  const reason =
    missing.length === 0
      ? 'does not order its transactions as PostgreSQL does'
      : `has no ${missing.join(', ')}`
  return `the server (${server}) ${reason}: a store needs PostgreSQL 13 or later`
}

/**
 * Checks that the server has what reading in order needs.
 *
 * @throws StoreUnavailable (as a rejection) with a sentence that names what is missing.
 */
export const checkFeatures = async (query: Query): Promise<void> => {
  const names = [...FUNCTIONS, TYPE].map((name) => `'${name}'`).join(', ')
  const rows = await query<{ version: string; name: string | null }>(
    `select version() as version, n.name from (select 1) one left join (
      select proname::text as name from pg_catalog.pg_proc where proname in (${names})
      union select typname::text from pg_catalog.pg_type where typname in (${names})
    ) n on true`,
  )
  const sentence = describeMissingFeatures(
    rows[0]?.version ?? '',
    rows.flatMap(({ name }) => name ?? []),
  )
  if (sentence !== undefined) throw new StoreUnavailable('foreign', sentence)
}
