import type { Erasures } from '../../event-store/event-store.js'
import type { ClientErasure } from '../kit/client-erasure.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { ErasureRequest } from '../kit/store-engine.js'
import type { LookUp, MemoryTables } from './schema.js'

const deleteLookUpRows = (
  lookUp: LookUp,
  clientKey: StorageKey,
  keys: Iterable<StorageKey>,
): void => {
  for (const key of keys) {
    const clientKeys = lookUp.get(key)
    if (clientKeys?.delete(clientKey) === true && clientKeys.size === 0) lookUp.delete(key)
  }
}

const changeEvents = (
  tables: MemoryTables,
  clientKey: StorageKey,
  { deleted, rewritten }: ClientErasure,
): void => {
  const gone = new Set(deleted)
  const records = new Map(rewritten.map(({ revision, record }) => [revision, record]))
  const before = tables.eventsOfClient.get(clientKey) ?? []
  const after = before.flatMap((row) => {
    if (!gone.has(row.revision) && !records.has(row.revision)) return row
    tables.eventsOfId.delete(row.eventId)
    const record = records.get(row.revision)
    if (record === undefined) return []
    const rewrittenRow = { ...row, eventId: record.eventId, text: record.text }
    tables.eventsOfId.set(record.eventId, rewrittenRow)
    return rewrittenRow
  })
  if (after.length === 0) tables.eventsOfClient.delete(clientKey)
  else tables.eventsOfClient.set(clientKey, after)
  const rowAt = new Map(after.map((row) => [row.position, row]))
  tables.events = tables.events.flatMap((row) =>
    row.clientKey === clientKey ? (rowAt.get(row.position) ?? []) : row,
  )
}

/** Carries out the plan for a client. A loss is numbered among the erasures. */
export const eraseFrom = (
  tables: MemoryTables,
  clientKey: StorageKey,
  { plan, isLoss }: Pick<ErasureRequest, 'plan'> & { readonly isLoss: boolean },
): ClientErasure => {
  const erasure = plan(clientKey, tables.eventsOfClient.get(clientKey) ?? [])
  deleteLookUpRows(
    tables.sessionClients,
    clientKey,
    erasure.sessionKeys ?? tables.sessionClients.keys(),
  )
  deleteLookUpRows(tables.userClients, clientKey, erasure.userKeys ?? tables.userClients.keys())
  if (erasure.deleted.length + erasure.rewritten.length === 0) return erasure
  changeEvents(tables, clientKey, erasure)
  if (erasure.clientHash !== null) {
    tables.horizons.set(
      erasure.clientHash,
      Math.max(erasure.horizon, tables.horizons.get(erasure.clientHash) ?? 0),
    )
    if (isLoss) tables.erasures.push(erasure.clientHash)
  }
  return erasure
}

/** Erases a client or a user, and answers how many events were deleted or rewritten. */
export const erase = (tables: MemoryTables, request: ErasureRequest): number => {
  const { kind, key, tombstone, erasedAt, plan } = request
  const clientKeys = kind === 'client' ? [key] : [...(tables.userClients.get(key) ?? [])]
  const erasures = clientKeys.map((each) => eraseFrom(tables, each, { plan, isLoss: true }))
  const moments = erasures.map(({ latestCreatedAt }) => latestCreatedAt + 1)
  tables.tombstones.set(
    tombstone,
    Math.max(erasedAt, tables.tombstones.get(tombstone) ?? 0, ...moments),
  )
  return erasures.reduce(
    (sum, { deleted, rewritten }) => sum + deleted.length + rewritten.length,
    0,
  )
}

/** The erasures after a number; without a number only the last one's number. */
export const readErasures = (
  { erasures }: MemoryTables,
  after: number | undefined,
  limit: number,
): Erasures => {
  if (after === undefined) return { last: erasures.length, clients: [] }
  const clients = erasures.slice(after, after + limit)
  return { last: after + clients.length, clients }
}
