import type { Erasures } from '../../event-store/event-store.js'
import type { ClientErasure } from '../kit/client-erasure.js'
import { keyOf, type StorageKey } from '../kit/storage-key.js'
import type { ErasureRequest } from '../kit/store-engine.js'
import type { Connection } from './connection.js'
import type { Statements } from './statements.js'

const deleteLookUpRows = (
  statements: Statements,
  clientKey: StorageKey,
  { sessionKeys, userKeys }: ClientErasure,
): void => {
  if (sessionKeys === null) statements.deleteSessionsOfClient.run(clientKey)
  else for (const key of sessionKeys) statements.deleteSession.run(key, clientKey)
  if (userKeys === null) statements.deleteUsersOfClient.run(clientKey)
  else for (const key of userKeys) statements.deleteUser.run(key, clientKey)
}

const eraseFrom = (
  statements: Statements,
  clientKey: StorageKey,
  { plan }: ErasureRequest,
): ClientErasure => {
  const erasure = plan(clientKey, statements.eventsOfClient(clientKey, 0))
  const { deleted, rewritten, clientHash, horizon } = erasure
  deleteLookUpRows(statements, clientKey, erasure)
  if (deleted.length + rewritten.length === 0) return erasure
  for (const revision of deleted) statements.deleteEvent.run(clientKey, revision)
  for (const { revision, record } of rewritten) {
    statements.rewriteEvent.run(keyOf(record.eventId), record.text, clientKey, revision)
  }
  if (clientHash !== null) {
    statements.putHorizon.run(clientHash, horizon)
    statements.insertErasure.run(clientHash)
  }
  return erasure
}

/**
 * Erases a client or a user within a transaction, and answers how many events were deleted or rewritten.
 * `secure_delete` overwrites what is deleted, so that little of it is left for a scrub.
 */
export const erase = (statements: Statements, request: ErasureRequest): number => {
  const { kind, key, tombstone, erasedAt } = request
  const clientKeys =
    kind === 'client'
      ? [key]
      : statements.clientKeysOfUser(key).map(({ client_key: clientKey }) => clientKey)
  let [count, latest] = [0, -1]
  for (const clientKey of clientKeys) {
    const erasure = eraseFrom(statements, clientKey, request)
    count += erasure.deleted.length + erasure.rewritten.length
    latest = Math.max(latest, erasure.latestCreatedAt)
  }
  statements.putTombstone.run(tombstone, Math.max(erasedAt, latest + 1))
  return count
}

/**
 * Removes the bytes of what was erased.
 *
 * `secure_delete` overwrites deleted rows. But when SQLite moves rows between pages, it can leave
 * copies in the free space of a page, which no deletion reaches (of a million random words that were
 * erased, some hundreds stayed). So the file is rewritten, and the WAL, which holds the old pages, is
 * emptied.
 */
export const scrub = async (connection: Connection): Promise<void> => {
  await connection.rewrite()
  await connection.emptyWal()
}

/** The erasures after a number; without a number only the last one's number. */
export const readErasures = (
  { lastErasure, erasuresAfter }: Statements,
  after: number | undefined,
  limit: number,
): Erasures => {
  if (after === undefined) return { last: Number(lastErasure()[0]?.last), clients: [] }
  const rows = erasuresAfter(after, limit)
  return {
    last: Number(rows.at(-1)?.number ?? after),
    clients: rows.map(({ client_hash: hash }) => hash),
  }
}
