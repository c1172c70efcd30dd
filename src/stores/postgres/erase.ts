import { setTimeout as delay } from 'node:timers/promises'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { ClientErasure } from '../kit/client-erasure.js'
import type { StoredEvent } from '../kit/event-record.js'
import { keyOf, type StorageKey } from '../kit/storage-key.js'
import type { ErasureRequest, StoreEngine } from '../kit/store-engine.js'
import type { Database, Query } from './connection.js'
import { readLookUp, type LookUpTable } from './look-ups.js'
import { lockClients } from './stored-facts.js'
import { putTombstone } from './tombstones.js'

/** How long an erasure waits for writers that began before it. */
const LONGEST_WAIT_MILLISECONDS = 10_000
const LONGEST_PAUSE_MILLISECONDS = 20

/** How many clients of a user are erased in one transaction, which locks them. */
const CLIENTS = 50

/**
 * What is answered must be durable. Without statistics of the columns, the server would sometimes read a
 * whole table to find the rows of one client.
 */
export const SETTINGS = `select set_config('enable_seqscan', 'off', true),
  case when current_setting('synchronous_commit') = 'off'
    then set_config('synchronous_commit', 'on', true) end`

/** The transactions that may write to the log now. */
const readWriters = async (query: Query, schema: string): Promise<Set<string>> => {
  const rows = await query<{ writer: string }>(
    `select distinct virtualtransaction as writer from pg_locks
    where locktype = 'relation' and relation = $1::regclass and mode = 'RowExclusiveLock'
      and granted and pid is distinct from pg_backend_pid()
      and database = (select oid from pg_database where datname = current_database())`,
    [`${schema}.events`],
  )
  return new Set(rows.map(({ writer }) => writer))
}

/**
 * Waits until all transactions have ended that write to the log now. Later ones see the tombstone: a
 * statement takes its snapshot after the lock with which it writes. No append waits for this: to lock the
 * table itself would keep all appends waiting behind the slowest writer, and behind every VACUUM.
 */
export const waitForWriters = async (query: Query, schema: string): Promise<void> => {
  const writers = await readWriters(query, schema)
  let [waited, pause] = [0, 1]
  while (writers.size > 0) {
    if (waited > LONGEST_WAIT_MILLISECONDS) {
      throw new StoreUnavailable(
        'busy',
        'later events are refused, but nothing is deleted yet: a transaction has been writing to the store for too long; try again when it has ended',
      )
    }
    await delay(pause)
    waited += pause
    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS)
    const present = await readWriters(query, schema)
    for (const writer of writers) if (!present.has(writer)) writers.delete(writer)
  }
}

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

const eraseClients = async (
  query: Query,
  schema: string,
  clientKeys: ReadonlyArray<StorageKey>,
  { tombstone, plan }: ErasureRequest,
): Promise<number> => {
  await lockErasures(query, schema)
  await query(SETTINGS)
  await lockClients(query, schema, clientKeys)
  let [count, latest] = [0, -1]
  for (const clientKey of clientKeys) {
    const erasure = plan(clientKey, await readEvents(query, schema, clientKey))
    await applyErasure(query, schema, clientKey, erasure, true)
    count += erasure.deleted.length + erasure.rewritten.length
    latest = Math.max(latest, erasure.latestCreatedAt)
  }
  await putTombstone(query, schema, tombstone, latest + 1)
  return count
}

/**
 * Erases clients and users in a schema, in three steps: it commits the tombstone; it waits for the writers
 * that may not have seen it; it deletes. Only appends to a client that is just being erased wait for it.
 */
export const createEraser =
  ({ query, transaction }: Database, schema: string): StoreEngine['erase'] =>
  async (request) => {
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
      count += await transaction((inside) => eraseClients(inside, schema, some, request))
    }
    return count
  }
