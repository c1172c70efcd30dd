import type { Query } from './connection.js'

/**
 * Rejects if nothing can be written in a schema. PostgreSQL checks an insertion of no row as it checks
 * every other one: the server or the session may be read-only, the role may lack the right, and another
 * transaction may hold the table.
 */
export const checkWritable = async (query: Query, schema: string): Promise<void> => {
  await query(
    `insert into ${schema}.events (client_key, revision, event_key, recorded_at, text)
    select '', 0, '', 0, '' where false`,
  )
}
