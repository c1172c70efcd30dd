import type { EventRecord } from '../../store/recorded-event.js'
import { keyOf, tombstoneOf } from '../../store/storage-key.js'
import type { Query } from './database.js'

/** What the store knows of some records before they are written. */
export interface StoredFacts {
  readonly isErased: (clientId: string) => boolean
  readonly textOf: (eventId: string) => string | undefined
  /** Of the clients for which it was asked: 0 where nothing was appended. */
  readonly revisionOf: (clientId: string) => number
}

interface FactRow {
  readonly fact: 'erased' | 'text' | 'revision'
  readonly key: string
  readonly value: string
}

/** Locks the clients until the end of the transaction, so that what is gathered then stays true. */
export const lockClients = async (
  query: Query,
  schema: string,
  clientIds: ReadonlyArray<string>,
): Promise<void> => {
  await query(`select ${schema}.lock_clients($1)`, [clientIds.map(keyOf)])
}

/** Gathers, in one statement, what was true together at one moment. */
export const gatherFacts = async (
  query: Query,
  schema: string,
  records: ReadonlyArray<EventRecord>,
  ofRevisions: ReadonlyArray<string>,
): Promise<StoredFacts> => {
  const rows = await query<FactRow>(
    `select 'erased' as fact, tombstone as key, '' as value
      from ${schema}.erased where tombstone = any($1)
    union all select 'text', event_key, text
      from ${schema}.events where event_key = any($2)
    union all select 'revision', client_key, max(revision)::text
      from ${schema}.events where client_key = any($3) group by client_key`,
    [
      [...new Set(records.map(({ clientId }) => clientId))].map(tombstoneOf),
      records.map(({ eventId }) => keyOf(eventId)),
      ofRevisions.map(keyOf),
    ],
  )
  const valueOf = new Map(rows.map(({ fact, key, value }) => [`${fact} ${key}`, value]))
  return {
    isErased: (clientId) => valueOf.has(`erased ${tombstoneOf(clientId)}`),
    textOf: (eventId) => valueOf.get(`text ${keyOf(eventId)}`),
    revisionOf: (clientId) => Number(valueOf.get(`revision ${keyOf(clientId)}`) ?? 0),
  }
}
