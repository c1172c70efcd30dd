import type { ClientErasure } from '../kit/client-erasure.js'
import type { StoredEvent } from '../kit/event-record.js'
import { keyOf, type StorageKey } from '../kit/storage-key.js'
import type { ErasureRequest, StoreEngine } from '../kit/store-engine.js'
import type { Database, Query } from './connection.js'
import { readLookUp, type LookUpTable } from './look-ups.js'
import { restoreLookUps, type ReadClient } from './restore-look-ups.js'
import { lockClients } from './stored-facts.js'
import { putTombstone } from './tombstones.js'
import { waitForWriters } from './wait-for-writers.js'

/** How many clients of a user are erased in one transaction, which locks them. */
const CLIENTS = 50

/**
 * What is answered must be durable. Without statistics of the columns, the server would sometimes read a
 * whole table to find the rows of one client.
 */
export const SETTINGS = `select set_config('enable_seqscan', 'off', true),
  case when current_setting('synchronous_commit') = 'off'
    then set_config('synchronous_commit', 'on', true) end`

const deleteLookUpRows = async (
  query: Query,
  schema: string,
  table: LookUpTable,
  clientKey: StorageKey,
  keys: ReadonlyArray<StorageKey> | null,
): Promise<void> => {
  if (keys?.length === 0) return
  await (keys === null
    ? query(`delete from ${schema}.${table} where client_key = $1`, [clientKey])
    : query(
        `delete from ${schema}.${table}
        where key = any($2) and left(client_key, 64) = left($1, 64) and client_key = $1`,
        [clientKey, keys],
      ))
}

const noteHoles = async (
  query: Query,
  schema: string,
  { clientHash, horizon }: ClientErasure,
  isLoss: boolean,
): Promise<void> => {
  if (clientHash === null) return
  await query(
    `insert into ${schema}.horizons as h values ($1, $2)
    on conflict (client_hash) do update set revision = greatest(h.revision, excluded.revision)`,
    [clientHash, horizon],
  )
  if (!isLoss) return
  await query(
    `insert into ${schema}.erasures select coalesce(max(number), 0) + 1, $1 from ${schema}.erasures`,
    [clientHash],
  )
}

/**
 * Carries out the plan for a locked client.
 *
 * @param isLoss - whether the client is numbered among the erasures
 */
export const applyErasure = async (
  query: Query,
  schema: string,
  clientKey: StorageKey,
  erasure: ClientErasure,
  isLoss: boolean,
): Promise<void> => {
  const { deleted, rewritten, sessionKeys, userKeys } = erasure
  await deleteLookUpRows(query, schema, 'session_clients', clientKey, sessionKeys)
  await deleteLookUpRows(query, schema, 'user_clients', clientKey, userKeys)
  if (deleted.length + rewritten.length === 0) return
  await query(
    `delete from ${schema}.events where client_key = $1 and revision = any($2::bigint[])`,
    [clientKey, deleted],
  )
  // An event keeps its place: readers that have read it need not read it again.
  for (const { revision, record } of rewritten) {
    await query(
      `update ${schema}.events set event_key = $3, text = $4
      where client_key = $1 and revision = $2`,
      [clientKey, revision, keyOf(record.eventId), record.text],
    )
  }
  await noteHoles(query, schema, erasure, isLoss)
}

/** All events of a client, damaged ones too. */
export const readEvents = async (
  query: Query,
  schema: string,
  clientKey: StorageKey,
): Promise<ReadonlyArray<StoredEvent>> => {
  const rows = await query<{ text: string; recordedAt: string; revision: string }>(
    `select text, recorded_at as "recordedAt", revision from ${schema}.events where client_key = $1`,
    [clientKey],
  )
  return rows
    .map((row) => ({ ...row, position: '' }))
    .toSorted((left, right) => Number(left.revision) - Number(right.revision))
}

/**
 * One eraser at a time, so that the numbers of erasures ascend in the order of the commits. It is the first
 * lock of a transaction, before those of clients.
 */
export const lockErasures = (query: Query, schema: string): Promise<unknown> =>
  query(`select pg_advisory_xact_lock(hashtext('clientfold erase'), hashtext('${schema}'))`)

/** What one transaction has erased. */
interface ErasedClients {
  /** The number of events that were deleted or rewritten. */
  readonly count: number
  readonly clients: ReadonlyArray<ReadClient>
}

const eraseClients = async (
  query: Query,
  schema: string,
  clientKeys: ReadonlyArray<StorageKey>,
  { tombstone, plan }: ErasureRequest,
): Promise<ErasedClients> => {
  await lockErasures(query, schema)
  await query(SETTINGS)
  await lockClients(query, schema, clientKeys)
  let [count, latest] = [0, -1]
  const clients: ReadClient[] = []
  for (const clientKey of clientKeys) {
    const events = await readEvents(query, schema, clientKey)
    clients.push({ key: clientKey, lastRevision: Number(events.at(-1)?.revision ?? 0) })
    const erasure = plan(clientKey, events)
    await applyErasure(query, schema, clientKey, erasure, true)
    count += erasure.deleted.length + erasure.rewritten.length
    latest = Math.max(latest, erasure.latestCreatedAt)
  }
  await putTombstone(query, schema, tombstone, latest + 1)
  return { count, clients }
}

/**
 * Erases clients and users in a schema, step by step: it commits the tombstone, waits for the writers
 * that may not have seen it, deletes, and restores the look-up rows that newer events need. Only appends to a client that is just being erased wait for it.
 */
export const createEraser =
  (database: Database, schema: string): StoreEngine['erase'] =>
  async (request) => {
    const { query, transaction } = database
    const { kind, key, tombstone, erasedAt } = request
    await transaction(async (inside) => {
      await inside(SETTINGS)
      await putTombstone(inside, schema, tombstone, erasedAt)
    })
    await waitForWriters(query, schema)
    const clientKeys =
      kind === 'client' ? [key] : await readLookUp(query, schema, 'user_clients', key)
    let count = 0
    for (let start = 0; start < clientKeys.length; start += CLIENTS) {
      const some = clientKeys.slice(start, start + CLIENTS)
      const erased = await transaction((inside) => eraseClients(inside, schema, some, request))
      await restoreLookUps(database, schema, erased.clients)
      count += erased.count
    }
    return count
  }
