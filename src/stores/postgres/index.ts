export type { PostgresStoreOptions, PostgresStoreSettings } from './options.js'
export { openPostgresStore } from './postgres-store.js'
export { postgresGrants } from './schema.js'
