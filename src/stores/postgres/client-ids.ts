import { clientIdOf } from '../../events/client-event.js'
import { readRecord } from '../kit/event-record.js'
import { idOf, keyOf, type StorageKey } from '../kit/storage-key.js'
import type { Query } from './database.js'

interface KeyRow {
  readonly client_key: StorageKey
}

/** The ids of hashed keys stand in the events only: in the first one of each client. */
const idsOfHashed = async (
  query: Query,
  schema: string,
  keys: ReadonlyArray<StorageKey>,
): Promise<ReadonlyArray<string>> => {
  if (keys.length === 0) return []
  const rows = await query<{ text: string; place: string }>(
    `select text, xid || '/' || position as place
    from ${schema}.events where revision = 1 and client_key = any($1)`,
    [keys],
  )
  return rows.map(({ text, place }) => clientIdOf(readRecord(text, 0, 1, place).event))
}

const idsOf = async (
  query: Query,
  schema: string,
  rows: ReadonlyArray<KeyRow>,
): Promise<ReadonlyArray<string>> => {
  const keys = rows.map(({ client_key }) => client_key)
  const plain = keys.map(idOf).filter((id) => id !== null)
  const hashed = keys.filter((key) => idOf(key) === null)
  return [...plain, ...(await idsOfHashed(query, schema, hashed))].sort()
}

/** The ids of all clients, ascending by UTF-16 code units. */
export const allClientIds = async (query: Query, schema: string): Promise<ReadonlyArray<string>> =>
  idsOf(
    query,
    schema,
    await query<KeyRow>(`select client_key from ${schema}.events where revision = 1`),
  )

/** The ids of the clients that a look-up names for a user or a session. */
export const clientIdsIn = async (
  query: Query,
  schema: string,
  table: 'session_clients' | 'user_clients',
  id: string,
): Promise<ReadonlyArray<string>> =>
  idsOf(
    query,
    schema,
    await query<KeyRow>(
      `select client_key from ${schema}.${table} where key = $1`,
      [keyOf(id)],
      'prepared',
    ),
  )
