import {
  answersOf,
  decideAppends,
  oneEventOf,
  writesOf,
  type Append,
  type AppendAnswer,
  type EventWrite,
  type OneEventAppend,
  type StoredFacts,
} from '../kit/appends.js'
import { clientHashOf } from '../../event-store/client-hash.js'
import type { Position } from '../../event-store/recorded-event.js'
import { droppedHashOf } from '../kit/dropped-hash.js'
import type { EventRecord } from '../kit/event-record.js'
import { lookUpRowsOf } from '../kit/look-ups.js'
import { checksumsOf } from '../kit/record-checksum.js'
import { keyOf, type StorageKey } from '../kit/storage-key.js'
import { allowedEventIdsOf, earliestChecksOf, type MomentOf } from '../kit/tombstones.js'
import { bytesOf } from './blob.js'
import { PART_SIZE, partOf } from './part-size.js'
import { storedHashOf } from './reducing-statements.js'
import type { OneEventFactsRow, Statements } from './statements.js'

/** Read within the transaction that writes, so that they stay true until it commits. */
interface Facts extends StoredFacts {
  /** True if the look-ups already hold all rows that the events need. */
  readonly hasLookUpRows: boolean
}

/** Null if none of the tombstones of the client, the user and the session is in the store. */
const momentOfRow = (tombstones: ReadonlyArray<string>, row: OneEventFactsRow): MomentOf | null => {
  const moments = [row.client_erased_at, row.user_erased_at, row.session_erased_at]
  if (moments.every((moment) => moment === null)) return null
  return (tombstone) => {
    const moment = moments[tombstones.indexOf(tombstone)] ?? null
    return moment === null ? undefined : Number(moment)
  }
}

const readTexts = (
  statements: Statements,
  eventKeys: ReadonlyArray<StorageKey>,
): ReadonlyMap<StorageKey, string> =>
  new Map(
    statements
      .textsOf(JSON.stringify(eventKeys))
      .map(({ event_key: key, text }) => [bytesOf(key).toString(), bytesOf(text).toString()]),
  )

/** Those of some event ids whose events were dropped. */
const readDropped = (
  { reducing: { anyDropped, droppedAmong } }: Statements,
  eventIds: ReadonlyArray<string>,
): ReadonlySet<string> => {
  if (!anyDropped()) return new Set()
  const idOfHash = new Map(eventIds.map((id) => [storedHashOf(droppedHashOf(id)), id]))
  const rows = droppedAmong(JSON.stringify([...idOfHash.keys()]))
  return new Set(rows.map(({ event_hash: hash }) => idOfHash.get(hash) ?? ''))
}

/** All facts in one call, because a call costs about as much as all these look-ups. */
const factsOfOneEvent = (statements: Statements, { record }: OneEventAppend): Facts => {
  const { clientId, eventId, sessionIds, userIds } = record
  const tombstones = earliestChecksOf([record]).map(({ tombstone }) => tombstone)
  const row = statements.oneEventFacts(
    keyOf(clientId),
    keyOf(clientId),
    clientHashOf(clientId),
    ...tombstones,
    keyOf(eventId),
    storedHashOf(droppedHashOf(eventId)),
    ...sessionIds.map(keyOf),
    keyOf(clientId),
    ...userIds.map(keyOf),
    keyOf(clientId),
  )
  return {
    momentOf: momentOfRow(tombstones, row),
    revisionOf: () => Number(row.revision),
    horizonOf: () => Number(row.horizon),
    textOf: (id) => {
      // An observation without the sessions that were erased is another text, with another id if it had none.
      if (id !== eventId) return readTexts(statements, [keyOf(id)]).get(keyOf(id))
      return row.text === null ? undefined : bytesOf(row.text).toString()
    },
    wasDropped: (id) =>
      id === eventId ? Number(row.was_dropped) === 1 : readDropped(statements, [id]).has(id),
    hasLookUpRows: Number(row.has_session) === 1 && Number(row.has_user) === 1,
  }
}

const readMoments = (
  statements: Statements,
  records: ReadonlyArray<EventRecord>,
): MomentOf | null => {
  if (statements.anyTombstone().length === 0) return null
  const tombstones = earliestChecksOf(records).map(({ tombstone }) => tombstone)
  const moments = new Map(
    statements
      .momentsOf(JSON.stringify(tombstones))
      .map(({ tombstone, erased_at: erasedAt }) => [tombstone, Number(erasedAt)]),
  )
  return (tombstone) => moments.get(tombstone)
}

const factsOf = (statements: Statements, appends: ReadonlyArray<Append>): Facts => {
  const oneEvent = oneEventOf(appends)
  if (oneEvent !== undefined) return factsOfOneEvent(statements, oneEvent)

  const clientIds = [...new Set(appends.map(({ clientId }) => clientId))]
  const records = appends.flatMap((append) => append.records)
  const momentOf = readMoments(statements, records)
  const pairs = clientIds.map((id) => [keyOf(id), clientHashOf(id)])
  const rows = statements.clientFacts(JSON.stringify(pairs))
  const rowOf = new Map(clientIds.map((id, index) => [id, rows[index]]))
  const eventIds = allowedEventIdsOf(records, momentOf)
  const texts = readTexts(statements, eventIds.map(keyOf))
  const dropped = readDropped(statements, eventIds)
  return {
    momentOf,
    wasDropped: (eventId) => dropped.has(eventId),
    horizonOf: (clientId) => Number(rowOf.get(clientId)?.horizon ?? 0),
    revisionOf: (clientId) => Number(rowOf.get(clientId)?.revision ?? 0),
    textOf: (eventId) => (texts.size === 0 ? undefined : texts.get(keyOf(eventId))),
    hasLookUpRows: false,
  }
}

/** The highest revision of each client of these events. */
const headsOf = (writes: ReadonlyArray<EventWrite>): ReadonlyArray<[StorageKey, number]> => [
  ...new Map(writes.map(({ record, revision }) => [keyOf(record.clientId), revision])),
]

/** How many of these events each part of the log takes. */
const logPartsOf = (first: number, count: number): ReadonlyArray<[number, number]> => {
  const parts: Array<[number, number]> = []
  for (let start = first; start < first + count;) {
    const part = partOf(start)
    const end = Math.min((part + 1) * PART_SIZE, first + count)
    parts.push([part, end - start])
    start = end
  }
  return parts
}

/** Writes events with all rows that depend on them, and returns their positions. */
const writeEvents = (
  statements: Statements,
  life: string,
  writes: ReadonlyArray<EventWrite>,
  { hasLookUpRows }: Facts,
): ReadonlyArray<Position> => {
  if (writes.length === 0) return []
  const heads: number[] = []
  const last = statements.insertEvents(
    writes.map(({ record: { clientId, eventId, recordedAt, text }, revision }) => {
      const [clientKey, eventKey] = [keyOf(clientId), keyOf(eventId)]
      const { head, whole } = checksumsOf({ clientKey, revision, eventKey, recordedAt, text })
      heads.push(head)
      return [clientKey, revision, eventKey, recordedAt, text, head, whole]
    }),
  )
  // AUTOINCREMENT counts by one, and no other transaction writes meanwhile.
  const first = last - writes.length + 1
  statements.insertHeads(headsOf(writes))
  statements.insertLogParts(logPartsOf(first, writes.length))
  if (!hasLookUpRows) {
    const { sessions, users } = lookUpRowsOf(writes.map(({ record }) => record))
    statements.insertSessions(sessions)
    statements.insertUsers(users)
  }
  return heads.map((head, index) => `${life}/${first + index}/${head}`)
}

/** Decides and writes appends, one after the other, within a transaction. */
export const writeAppends = (
  statements: Statements,
  life: string,
  appends: ReadonlyArray<Append>,
): ReadonlyArray<AppendAnswer> => {
  const facts = factsOf(statements, appends)
  const decisions = decideAppends(appends, facts)
  return answersOf(decisions, writeEvents(statements, life, writesOf(decisions), facts))
}
