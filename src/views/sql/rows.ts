import type { ExistingClient, Observation, SessionVersion } from '../../domain/state.js'
import { clientHashOf } from '../../event-store/client-hash.js'
import type { SqlRow } from '../../event-store/sql-database.js'
import { documentedSession, type Session } from '../../events/session.js'
import { rowKeyOf } from './row-key.js'
import type { ViewTable } from './statements.js'

/** The table of clients. */
export const CLIENTS: ViewTable = {
  name: 'view_clients',
  columns: {
    ...{ client_key: 'text', client_hash: 'text', created_at: 'bigint', updated_at: 'bigint' },
    about: 'text',
  },
  key: ['client_key'],
  unindexed: ['updated_at', 'about'],
}

/** The table of sessions. */
export const SESSIONS: ViewTable = {
  name: 'view_sessions',
  columns: {
    ...{ session_key: 'text', client_key: 'text', user_key: 'text', created_at: 'bigint' },
    ...{ status: 'text', expire_at: 'bigint', abandon_at: 'bigint', is_shown: 'integer' },
    version: 'text',
  },
  key: ['session_key', 'client_key'],
  unindexed: ['status', 'expire_at', 'abandon_at', 'version'],
}

/** The table of damaged records. */
export const DAMAGES: ViewTable = {
  name: 'view_damages',
  columns: { record_key: 'text', client_key: 'text' },
  key: ['record_key'],
  unindexed: ['client_key'],
}

/** The values of a row. */
export type Values = ReadonlyArray<string | number>

/** What a row of a client says beside its times: the id, which its key may not hold, and the observation. */
export type About = readonly [id: string, observation: Observation | null]

/** The row of a client. */
export const clientRowOf = ({
  id,
  created_at,
  updated_at,
  observation,
}: ExistingClient): Values => [
  ...[rowKeyOf(id), clientHashOf(id), created_at, updated_at],
  JSON.stringify([id, observation] satisfies About),
]

/** The id in the row of a client. */
export const clientIdIn = (row: SqlRow): string => (JSON.parse(String(row.about)) as About)[0]

/** The client of a row, with the sessions of other rows. */
export const clientOf = (
  row: SqlRow,
  sessions: ReadonlyMap<string, SessionVersion>,
): ExistingClient => {
  const [id, observation] = JSON.parse(String(row.about)) as About
  const { created_at, updated_at } = row
  return {
    ...{ id, sessions, observation },
    ...{ created_at: Number(created_at), updated_at: Number(updated_at) },
  }
}

/** The row of a session. */
export const sessionRowOf = (version: SessionVersion, isShown: boolean): Values => {
  const session = documentedSession(version.session)
  const { id, client_id, user_id, created_at, status, expire_at, abandon_at } = session
  return [
    ...[rowKeyOf(id), rowKeyOf(client_id), rowKeyOf(user_id), created_at],
    ...[status, expire_at, abandon_at, isShown ? 1 : 0],
    JSON.stringify([version.saidAt, session]),
  ]
}

/** The version of a session in the text of its row. */
export const versionOf = (text: string): SessionVersion => {
  const [saidAt, session] = JSON.parse(text) as readonly [number, Session]
  return { session, saidAt }
}
