import type { Erasures } from '../../event-store/event-store.js'
import type { ClientErasure } from '../kit/client-erasure.js'
import type { StoredEvent } from '../kit/event-record.js'
import { checksumsOf } from '../kit/record-checksum.js'
import { keyOf, type StorageKey } from '../kit/storage-key.js'
import type { ErasureRequest } from '../kit/store-engine.js'
import type { Connection } from './connection.js'
import type { ErasingStatements } from './erasing-statements.js'
import { eventOfExact } from './exact-rows.js'
import { keysIn } from './keys.js'
import { CLIENT_PAGE, type Statements } from './statements.js'

/** Nothing that reads these events needs their positions. */
const NO_LIFE = ''

/** All events of a client, damaged ones too. */
export const readEvents = (
  { exactOfClient }: Statements,
  clientKey: StorageKey,
): ReadonlyArray<StoredEvent> => {
  const events: StoredEvent[] = []
  for (let next = 0; ;) {
    const page = exactOfClient(clientKey, next).map((row) => eventOfExact(row, NO_LIFE))
    for (const event of page) events.push(event)
    const last = Number(page.at(-1)?.revision)
    // A damaged revision could be lower than the one before.
    if (page.length < CLIENT_PAGE || !(last >= next)) return events
    next = last + 1
  }
}

const changeEvents = (
  erasing: ErasingStatements,
  clientKey: StorageKey,
  isWhole: boolean,
  { deleted, rewritten }: ClientErasure,
): void => {
  if (isWhole) erasing.deleteEventsOfClient.run(clientKey)
  else for (const revision of deleted) erasing.deleteEvent.run(clientKey, revision)
  for (const { revision, record } of rewritten) {
    const { text, recordedAt } = record
    const eventKey = keyOf(record.eventId)
    const { whole } = checksumsOf({ clientKey, revision, eventKey, recordedAt, text })
    erasing.rewriteEvent.run(eventKey, text, whole, clientKey, revision)
  }
  erasing.deleteHead.run(clientKey)
  erasing.insertHead.run(clientKey)
}

const deleteLookUpRows = (
  statements: ErasingStatements,
  clientKey: StorageKey,
  { sessionKeys, userKeys }: ClientErasure,
): void => {
  if (sessionKeys === null) statements.deleteSessionsOfClient.run(clientKey)
  else for (const key of sessionKeys) statements.deleteSession.run(key, clientKey)
  if (userKeys === null) statements.deleteUsersOfClient.run(clientKey)
  else for (const key of userKeys) statements.deleteUser.run(key, clientKey)
}

/** How a plan is carried out. */
export interface ClientWork {
  /** Whether the plan deletes all events, damaged ones too. */
  readonly isWhole: boolean
  /** Whether the client is numbered among the erasures. */
  readonly isLoss: boolean
}

/** Carries out the plan for a client, within a transaction. */
export const applyErasure = (
  { erasing }: Statements,
  clientKey: StorageKey,
  erasure: ClientErasure,
  { isWhole, isLoss }: ClientWork,
): void => {
  const { deleted, rewritten, clientHash, horizon } = erasure
  deleteLookUpRows(erasing, clientKey, erasure)
  if (deleted.length + rewritten.length === 0) return
  changeEvents(erasing, clientKey, isWhole, erasure)
  if (clientHash === null) return
  erasing.putHorizon.run(clientHash, horizon)
  if (isLoss) erasing.insertErasure.run(clientHash)
}

/**
 * Erases a client or a user within a transaction, and answers how many events were deleted or rewritten.
 * `secure_delete` overwrites what is deleted, so that little of it is left for a scrub.
 */
export const erase = (statements: Statements, request: ErasureRequest): number => {
  const { kind, key, tombstone, erasedAt, plan } = request
  const work = { isWhole: kind === 'client', isLoss: true }
  const clientKeys =
    kind === 'client' ? [key] : statements.clientKeysOfUser(key).flatMap(({ keys }) => keysIn(keys))
  let [count, latest] = [0, -1]
  for (const clientKey of clientKeys) {
    const erasure = plan(clientKey, readEvents(statements, clientKey))
    applyErasure(statements, clientKey, erasure, work)
    count += erasure.deleted.length + erasure.rewritten.length
    latest = Math.max(latest, erasure.latestCreatedAt)
  }
  statements.erasing.putTombstone.run(tombstone, Math.max(erasedAt, latest + 1))
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
  { erasing: { lastErasure, erasuresAfter } }: Statements,
  after: number | undefined,
  limit: number,
): Erasures => {
  if (after === undefined) return { last: lastErasure(), clients: [] }
  const rows = erasuresAfter(after, limit)
  return {
    last: Number(rows.at(-1)?.number ?? after),
    clients: rows.map(({ client_hash: hash }) => hash),
  }
}
