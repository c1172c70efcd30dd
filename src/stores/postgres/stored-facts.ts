import type { Append, StoredFacts } from '../kit/appends.js'
import { clientHashOf } from '../../event-store/client-hash.js'
import { keyOf, type StorageKey } from '../kit/storage-key.js'
import { allowedEventIdsOf, earliestChecksOf } from '../kit/tombstones.js'
import type { Query } from './connection.js'
import { droppedHashExpression } from './dropped.js'

interface FactRow {
  readonly fact: 'moment' | 'text' | 'dropped' | 'horizon' | 'revision'
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

type Facts = ReadonlyMap<string, string>

const readRows = async (
  query: Query,
  schema: string,
  tombstones: ReadonlyArray<string>,
  eventIds: ReadonlyArray<string>,
  clientIds: ReadonlyArray<string>,
): Promise<Facts> => {
  const rows = await query<FactRow>(
    `select 'moment' as fact, tombstone as key, erased_at::text as value
      from ${schema}.tombstones where tombstone = any($1)
    union all select 'text', event_key, text
      from ${schema}.events where event_key = any($2)
    union all select 'dropped', k.event_key, ''
      from unnest($2::text[]) k(event_key) where exists (
        select from ${schema}.dropped where event_hash = ${droppedHashExpression('k.event_key')}
      )
    union all select 'horizon', client_hash, revision::text
      from ${schema}.horizons where client_hash = any($4)
    union all select 'revision', key, revision::text from unnest($3::text[]) key, lateral (
      select max(revision) as revision from ${schema}.events where client_key = key
    ) latest where revision is not null`,
    [tombstones, eventIds.map(keyOf), clientIds.map(keyOf), clientIds.map(clientHashOf)],
    'prepared',
  )
  return new Map(rows.map(({ fact, key, value }) => [`${fact} ${key}`, value]))
}

/** Reads the facts about some appends in one statement, so that all of them are of one moment. */
export const readFacts = async (
  query: Query,
  schema: string,
  appends: ReadonlyArray<Append>,
): Promise<StoredFacts> => {
  const clientIds = [...new Set(appends.map(({ clientId }) => clientId))]
  const records = appends.flatMap((append) => append.records)
  const tombstones = earliestChecksOf(records).map(({ tombstone }) => tombstone)
  const eventIds = records.map(({ eventId }) => eventId)
  let facts = await readRows(query, schema, tombstones, eventIds, clientIds)
  const momentOf = (tombstone: string): number | undefined => {
    const moment = facts.get(`moment ${tombstone}`)
    return moment === undefined ? undefined : Number(moment)
  }
  // An observation from which a session is taken out is another text, with another id if it had none.
  const known = new Set(eventIds)
  const others = allowedEventIdsOf(records, momentOf).filter((id) => !known.has(id))
  if (others.length > 0) {
    facts = await readRows(query, schema, tombstones, [...eventIds, ...others], clientIds)
  }
  return {
    momentOf,
    wasDropped: (eventId) => facts.has(`dropped ${keyOf(eventId)}`),
    textOf: (eventId) => facts.get(`text ${keyOf(eventId)}`),
    revisionOf: (clientId) => Number(facts.get(`revision ${keyOf(clientId)}`) ?? 0),
    horizonOf: (clientId) => Number(facts.get(`horizon ${clientHashOf(clientId)}`) ?? 0),
  }
}
