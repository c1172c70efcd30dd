import type { Append, StoredFacts } from '../kit/appends.js'
import { keyOf, tombstoneOf, type StorageKey } from '../kit/storage-key.js'
import type { Query } from './connection.js'

interface FactRow {
  readonly fact: 'erased' | 'text' | 'revision'
  readonly key: string
  readonly value: string
}

/** Locks clients until the transaction ends, so that facts that are read later stay true. */
export const lockClients = async (
  query: Query,
  schema: string,
  clientKeys: ReadonlyArray<StorageKey>,
): Promise<void> => {
  await query(`select ${schema}.lock_clients($1)`, [clientKeys])
}

/** Reads the facts about some appends in one statement, so that all of them are of one moment. */
export const readFacts = async (
  query: Query,
  schema: string,
  appends: ReadonlyArray<Append>,
): Promise<StoredFacts> => {
  const clientIds = [...new Set(appends.map(({ clientId }) => clientId))]
  const rows = await query<FactRow>(
    `select 'erased' as fact, tombstone as key, '' as value
      from ${schema}.erased where tombstone = any($1)
    union all select 'text', event_key, text
      from ${schema}.events where event_key = any($2)
    union all select 'revision', key, revision::text from unnest($3::text[]) key, lateral (
      select max(revision) as revision from ${schema}.events where client_key = key
    ) latest where revision is not null`,
    [
      clientIds.map(tombstoneOf),
      appends.flatMap(({ records }) => records.map(({ eventId }) => keyOf(eventId))),
      clientIds.map(keyOf),
    ],
    'prepared',
  )
  const valueOf = new Map(rows.map(({ fact, key, value }) => [`${fact} ${key}`, value]))
  return {
    isErased: (clientId) => valueOf.has(`erased ${tombstoneOf(clientId)}`),
    textOf: (eventId) => valueOf.get(`text ${keyOf(eventId)}`),
    revisionOf: (clientId) => Number(valueOf.get(`revision ${keyOf(clientId)}`) ?? 0),
  }
}
