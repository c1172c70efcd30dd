import type { EventRecord } from '../../store/recorded-event.js'
import { keyOf, tombstoneOf } from '../../store/storage-key.js'
import type { Query } from './database.js'

/** What the store knows of some records before they are written. */
export interface StoredFacts {
  readonly isErased: (clientId: string) => boolean
  readonly textOf: (eventId: string) => string | undefined
}

/** Locks the clients until the end of the transaction; then gathers what is known of the records. */
export const lockAndGather = async (
  query: Query,
  schema: string,
  records: ReadonlyArray<EventRecord>,
): Promise<StoredFacts> => {
  const clientIds = [...new Set(records.map(({ clientId }) => clientId))]
  await query(`select ${schema}.lock_clients($1)`, [clientIds.map(keyOf)])
  const tombstones = await query<{ tombstone: string }>(
    `select tombstone from ${schema}.erased where tombstone = any($1)`,
    [clientIds.map(tombstoneOf)],
  )
  const texts = await query<{ event_key: string; text: string }>(
    `select event_key, text from ${schema}.events where event_key = any($1)`,
    [records.map(({ eventId }) => keyOf(eventId))],
  )
  const erased = new Set(tombstones.map(({ tombstone }) => tombstone))
  const textOfKey = new Map(texts.map(({ event_key, text }) => [event_key, text]))
  return {
    isErased: (clientId) => erased.has(tombstoneOf(clientId)),
    textOf: (eventId) => textOfKey.get(keyOf(eventId)),
  }
}

/** The revision of a client: 0 where nothing was appended. */
export const revisionIn = async (
  query: Query,
  schema: string,
  clientId: string,
): Promise<number> => {
  const [row] = await query<{ revision: string | null }>(
    `select max(revision)::text as revision from ${schema}.events where client_key = $1`,
    [keyOf(clientId)],
  )
  return Number(row?.revision ?? 0)
}
