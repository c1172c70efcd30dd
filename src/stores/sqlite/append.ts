import { clientHashOf } from '../../event-store/client-hash.js'
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
import type { EventRecord } from '../kit/event-record.js'
import { lookUpRowsOf } from '../kit/look-ups.js'
import { keyOf } from '../kit/storage-key.js'
import { allowedEventIdsOf, earliestChecksOf, type MomentOf } from '../kit/tombstones.js'
import type { Statements } from './statements.js'

/** Read within the transaction that writes, so that they stay true until it commits. */
interface Facts extends StoredFacts {
  /** True if the look-ups already hold all rows that the events need. */
  readonly hasLookUpRows: boolean
}

type Moment = number | bigint | null

/** Null if none of some tombstones is in the store. */
const momentsOf = (
  tombstones: ReadonlyArray<string>,
  moments: ReadonlyArray<Moment>,
): MomentOf | null => {
  if (moments.every((moment) => moment === null)) return null
  return (tombstone) => {
    const moment = moments[tombstones.indexOf(tombstone)] ?? null
    return moment === null ? undefined : Number(moment)
  }
}

const textOf = (statements: Statements, eventId: string): string | undefined =>
  statements.textsOf(JSON.stringify([keyOf(eventId)]))[0]?.text

/** All facts in one call, because a call costs about as much as all these look-ups. */
const factsOfOneEvent = (statements: Statements, { record }: OneEventAppend): Facts => {
  const { clientId, eventId, sessionIds, userIds } = record
  const clientHash = clientHashOf(clientId)
  const tombstones = earliestChecksOf([record]).map(({ tombstone }) => tombstone)
  const row = statements.oneEventFacts(
    keyOf(clientId),
    clientHash,
    ...tombstones,
    keyOf(eventId),
    ...sessionIds.map(keyOf),
    keyOf(clientId),
    ...userIds.map(keyOf),
    keyOf(clientId),
  )
  return {
    momentOf: momentsOf(tombstones, [
      row.client_erased_at,
      row.user_erased_at,
      row.session_erased_at,
    ]),
    revisionOf: () => Number(row.revision),
    horizonOf: () => Number(row.horizon),
    // With another id, an observation without the sessions that were erased.
    textOf: (id) => (id === eventId ? (row.text ?? undefined) : textOf(statements, id)),
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
  const eventKeys = allowedEventIdsOf(records, momentOf).map(keyOf)
  const texts = new Map(
    statements.textsOf(JSON.stringify(eventKeys)).map(({ event_key: key, text }) => [key, text]),
  )
  return {
    momentOf,
    horizonOf: (clientId) => Number(rowOf.get(clientId)?.horizon ?? 0),
    revisionOf: (clientId) => Number(rowOf.get(clientId)?.revision ?? 0),
    textOf: (eventId) => (texts.size === 0 ? undefined : texts.get(keyOf(eventId))),
    hasLookUpRows: false,
  }
}

/** Writes events with their look-up rows, and returns the position of the first event. */
const writeEvents = (
  statements: Statements,
  writes: ReadonlyArray<EventWrite>,
  { hasLookUpRows }: Facts,
): number => {
  if (writes.length === 0) return 0
  const last = statements.insertEvents(
    writes.map(({ record: { clientId, eventId, recordedAt, text }, revision }) => [
      keyOf(clientId),
      revision,
      keyOf(eventId),
      recordedAt,
      text,
    ]),
  )
  if (!hasLookUpRows) {
    const { sessions, users } = lookUpRowsOf(writes.map(({ record }) => record))
    statements.insertSessions(sessions)
    statements.insertUsers(users)
  }
  // AUTOINCREMENT counts by one, and no other transaction writes meanwhile.
  return last - writes.length + 1
}

function* positionsFrom(first: number): Generator<string, never> {
  for (let position = first; ; position++) yield String(position)
}

/** Decides and writes appends, one after the other, within a transaction. */
export const writeAppends = (
  statements: Statements,
  appends: ReadonlyArray<Append>,
): ReadonlyArray<AppendAnswer> => {
  const facts = factsOf(statements, appends)
  const decisions = decideAppends(appends, facts)
  const first = writeEvents(statements, writesOf(decisions), facts)
  return answersOf(decisions, positionsFrom(first))
}
