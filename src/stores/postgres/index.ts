/**
 * An event store in PostgreSQL, for the service that has a server: `clientfold/postgres`.
 *
 * @packageDocumentation
 */
export type { PostgresStoreOptions, PostgresStoreSettings } from './options.js'
export { openPostgresStore } from './open.js'
export { postgresGrants, postgresViewsGrants } from './grants.js'
