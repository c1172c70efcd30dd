import * as E from 'fp-ts/lib/Either.js'
import { clientIdOf } from '../../events/client-event.js'
import { parseEvent } from '../../events/decode-event.js'
import { lookUpIdsOf, lookUpRowsOf } from '../kit/look-ups.js'
import { insertIntoLookUp } from './look-ups.js'
import type { StorageKey } from '../kit/storage-key.js'
import type {
  PlannedReduction,
  ReductionCounts,
  ReductionRequest,
  StoreEngine,
} from '../kit/store-engine.js'
import type { Database, Query } from './connection.js'
import { insertDropped } from './dropped.js'
import { applyErasure, lockErasures, readEvents, SETTINGS, waitForWriters } from './erase.js'
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

/**
 * The settings of a transaction that need not be durable before the next one: a later commit makes it
 * durable too. So the client is locked for the time of some statements, and not of a sync.
 */
const NOT_DURABLE_YET = `select set_config('enable_seqscan', 'off', true),
  set_config('synchronous_commit', 'off', true)`

/** Whether a client has the events that it had when it was read. */
const isUnchanged = async (
  query: Query,
  schema: string,
  clientKey: StorageKey,
  { erasure, count, lastRevision }: PlannedReduction,
  lastErasure: number,
): Promise<boolean> => {
  const [row] = await query<{ readonly isSame: boolean }>(
    `select count(*) = $2 and coalesce(max(revision), 0) = $3 and not exists (
      select from ${schema}.erasures where number > $4 and client_hash = $5
    ) as "isSame" from ${schema}.events where client_key = $1`,
    [clientKey, count, lastRevision, lastErasure, erasure.clientHash],
    'prepared',
  )
  return row?.isSame === true
}

/** Reduces one client, and answers how many events were changed. */
const reduceClient = async (
  query: Query,
  schema: string,
  clientKey: StorageKey,
  reduction: PlannedReduction,
  { isLoss, lastErasure }: ReductionRequest,
): Promise<number> => {
  if (isLoss) await lockErasures(query, schema)
  await lockClients(query, schema, [clientKey])
  const plan = (await isUnchanged(query, schema, clientKey, reduction, lastErasure))
    ? reduction.erasure
    : reduction.planAgain(await readEvents(query, schema, clientKey))
  await applyErasure(query, schema, clientKey, plan, isLoss)
  return plan.deleted.length + plan.rewritten.length
}

/**
 * Adds the look-up rows of events that were written since the clients were read. A statement that began
 * before a row was deleted, and wrote its event after, has found that row and did not add it again.
 */
const restoreLookUps = async (
  { query, transaction }: Database,
  schema: string,
  reductions: ReductionRequest['reductions'],
): Promise<void> => {
  const changed = [...reductions].filter(
    ([, { erasure }]) => erasure.sessionKeys?.length !== 0 || erasure.userKeys?.length !== 0,
  )
  if (changed.length === 0) return
  await waitForWriters(query, schema)
  const rows = await query<{ readonly key: StorageKey; readonly text: string }>(
    `select c.key, e.text from unnest($1::text[], $2::bigint[]) c(key, revision)
    join ${schema}.events e on e.client_key = c.key and e.revision > c.revision`,
    [changed.map(([key]) => key), changed.map(([, { lastRevision }]) => lastRevision)],
  )
  for (const { key, text } of rows) {
    const event = parseEvent(text)
    if (E.isLeft(event)) continue
    const record = { ...lookUpIdsOf(event.right), clientId: clientIdOf(event.right) }
    const { sessions, users } = lookUpRowsOf([record])
    await transaction(async (inside) => {
      await lockClients(inside, schema, [key])
      for (const [table, added] of [
        ['session_clients', sessions],
        ['user_clients', users],
      ] as const) {
        await inside(insertIntoLookUp(schema, table, 'unnest($1::text[], $2::text[])'), [
          added.map(([id]) => id),
          added.map(([, clientKey]) => clientKey),
        ])
      }
    })
  }
}

/**
 * Reduces clients in a schema, as an erasure does: it commits what refuses the events that will go, waits
 * for the writers that may not have seen that, and deletes. Each client has a transaction of its own.
 */
export const createReducer =
  (database: Database, schema: string): StoreEngine['reduce'] =>
  async (request): Promise<ReductionCounts> => {
    const { transaction, query } = database
    const { reductions, notedAt, checkOpen } = request
    const all = [...reductions.values()]
    const tombstones = all.flatMap((each) => each.tombstones)
    const hashes = all.flatMap((each) => each.eventHashes)
    checkOpen()
    await transaction(async (inside) => {
      await inside(SETTINGS)
      await putTombstones(inside, schema, tombstones, notedAt)
      await insertDropped(inside, schema, hashes)
    })
    await waitForWriters(query, schema)
    let [clients, events, left] = [0, 0, all.length]
    for (const [clientKey, reduction] of reductions) {
      checkOpen()
      left -= 1
      const settings = left === 0 ? SETTINGS : NOT_DURABLE_YET
      const count = await transaction(async (inside) => {
        await inside(settings)
        return reduceClient(inside, schema, clientKey, reduction, request)
      })
      events += count
      if (count > 0) clients += 1
    }
    await restoreLookUps(database, schema, reductions)
    return { clients, events }
  }
