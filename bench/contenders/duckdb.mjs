// The same job in SQL: node duckdb.mjs LOG OUT THREADS. It refuses what does not have the declared types,
// and leaves out the last tie-break (the JSON text of a session), which SQL cannot express with ease.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const peers = createRequire(new URL('../peers/package.json', import.meta.url))
const { DuckDBInstance } = await import(pathToFileURL(peers.resolve('@duckdb/node-api')).href)
const [, , log, out, threads] = process.argv
const instance = await DuckDBInstance.create(':memory:', { threads })
const connection = await instance.connect()

const quoted = (text) => `'${text.replaceAll("'", "''")}'`

// The sessions of a client are sorted by `list_sort`. ORDER BY inside the aggregates gives the same
// output and takes twice the processor time of the whole query.
await connection.run(`
  COPY (
    WITH events AS (
      SELECT data,
        CASE WHEN timestamp < 100000000000 THEN timestamp * 1000 ELSE coalesce(timestamp, data.updated_at) END AS said,
        list_position(
          ['active', 'pending', 'ended', 'expired', 'replaced', 'abandoned', 'revoked', 'removed'],
          data.status) AS severity
      FROM read_json(${quoted(log)}, format = 'newline_delimited', columns = {
        type: 'VARCHAR',
        timestamp: 'BIGINT',
        data: 'STRUCT(object VARCHAR, id VARCHAR, user_id VARCHAR, client_id VARCHAR, actor JSON,
          status VARCHAR, last_active_organization_id VARCHAR, last_active_at BIGINT,
          latest_activity JSON, expire_at BIGINT, abandon_at BIGINT, updated_at BIGINT,
          created_at BIGINT, tasks JSON)' })
      WHERE type IN ('session.created', 'session.pending', 'session.ended', 'session.removed', 'session.revoked')
    ),
    versions AS (
      SELECT data.client_id AS client_id,
        arg_max(data, {
          stage: CASE WHEN severity < 3 THEN 0 WHEN severity < 8 THEN 1 ELSE 2 END,
          updated: data.updated_at, said: said, severity: severity }) AS session,
        min(data.created_at) AS created_at, max(data.updated_at) AS updated_at
      FROM events GROUP BY data.client_id, data.id
    ),
    clients AS (
      SELECT client_id,
        list_sort(
          list({ created_at: session.created_at, id: session.id, session: session })
            FILTER (session.status <> 'removed')) AS listed,
        arg_max(session.id, {
            active: session.last_active_at, created: session.created_at, id: session.id })
          FILTER (session.status IN ('active', 'pending')) AS last_active_session_id,
        max(updated_at) AS updated_at, min(created_at) AS created_at
      FROM versions GROUP BY client_id
    )
    SELECT 'client' AS object, client_id AS id,
      coalesce(list_transform(listed, lambda each: each.id), []) AS session_ids,
      coalesce(list_transform(listed, lambda each: each.session), []) AS sessions,
      NULL AS sign_in_id, NULL AS sign_up_id, last_active_session_id,
      NULL AS last_authentication_strategy, updated_at, created_at
    FROM clients ORDER BY client_id
  ) TO ${quoted(out)} (FORMAT json)`)
