import type { ClientReduction } from '../kit/client-reduction.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { ReductionCounts, ReductionRequest, StoreEngine } from '../kit/store-engine.js'
import type { Database, Query } from './connection.js'
import { insertDropped } from './dropped.js'
import { eraseFrom, lockErasures, SETTINGS, waitForWriters } from './erase.js'
import { lockClients } from './stored-facts.js'
import { putTombstones } from './tombstones.js'

/** How many clients a page has. */
const CLIENTS = 200

/** The keys of all clients, in pages. Each step looks into the index once. */
export async function* readClientKeyPages(
  query: Query,
  schema: string,
): AsyncGenerator<ReadonlyArray<StorageKey>, void> {
  for (let last: StorageKey | null = null; ;) {
    const rows: ReadonlyArray<{ readonly client_key: StorageKey }> = await query(
      `with recursive clients as (
        (select client_key from ${schema}.events
          where $1::text is null or client_key > $1 order by client_key limit 1)
        union all
        select (
          select e.client_key from ${schema}.events e
          where e.client_key > c.client_key order by e.client_key limit 1
        ) from clients c where c.client_key is not null
      )
      select client_key from clients where client_key is not null limit ${CLIENTS}`,
      [last],
    )
    const end = rows.at(-1)
    if (end === undefined) return
    yield rows.map(({ client_key: key }) => key)
    last = end.client_key
  }
}

/** Reduces one client, and answers how many events were changed. */
const reduceClient = async (
  query: Query,
  schema: string,
  [clientKey, { plan }]: readonly [StorageKey, ClientReduction],
  isLoss: boolean,
): Promise<number> => {
  if (isLoss) await lockErasures(query, schema)
  await query(SETTINGS)
  await lockClients(query, schema, [clientKey])
  const { deleted, rewritten } = await eraseFrom(query, schema, clientKey, { plan, isLoss })
  return deleted.length + rewritten.length
}

/**
 * Reduces clients in a schema, as an erasure does: it commits what refuses the events that will go, waits
 * for the writers that may not have seen that, and deletes. Each client has a transaction of its own.
 */
export const createReducer =
  ({ transaction, query }: Database, schema: string): StoreEngine['reduce'] =>
  async ({
    reductions,
    isLoss,
    notedAt,
    checkOpen,
  }: ReductionRequest): Promise<ReductionCounts> => {
    const all = [...reductions.values()]
    checkOpen()
    await transaction(async (inside) => {
      await inside(SETTINGS)
      await putTombstones(
        inside,
        schema,
        all.flatMap(({ tombstones }) => tombstones),
        notedAt,
      )
      await insertDropped(
        inside,
        schema,
        all.flatMap(({ eventHashes }) => eventHashes),
      )
    })
    await waitForWriters(query, schema)
    let [clients, events] = [0, 0]
    for (const reduction of reductions) {
      checkOpen()
      const count = await transaction((inside) => reduceClient(inside, schema, reduction, isLoss))
      events += count
      if (count > 0) clients += 1
    }
    return { clients, events }
  }
