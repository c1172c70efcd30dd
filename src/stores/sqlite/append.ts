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
import { lookUpRowsOf } from '../kit/look-ups.js'
import { keyOf, tombstoneOf } from '../kit/storage-key.js'
import type { Statements } from './statements.js'

/** Read within the transaction that writes, so that they stay true until it commits. */
interface Facts extends StoredFacts {
  /** True if the look-ups already hold all rows that the events need. */
  readonly hasLookUpRows: boolean
}

/** All facts in one call, because a call costs about as much as all these look-ups. */
const factsOfOneEvent = (statements: Statements, { record }: OneEventAppend): Facts => {
  const { clientId, eventId, sessionIds, userIds } = record
  const row = statements.oneEventFacts(
    keyOf(clientId),
    tombstoneOf(clientId),
    keyOf(eventId),
    ...sessionIds.map(keyOf),
    keyOf(clientId),
    ...userIds.map(keyOf),
    keyOf(clientId),
  )
  return {
    isErased: () => Number(row.is_erased) === 1,
    revisionOf: () => Number(row.revision),
    textOf: () => row.text ?? undefined,
    hasLookUpRows: Number(row.has_session) === 1 && Number(row.has_user) === 1,
  }
}

const factsOf = (statements: Statements, appends: ReadonlyArray<Append>): Facts => {
  const oneEvent = oneEventOf(appends)
  if (oneEvent !== undefined) return factsOfOneEvent(statements, oneEvent)

  const clientIds = [...new Set(appends.map(({ clientId }) => clientId))]
  const pairs = clientIds.map((id) => [keyOf(id), tombstoneOf(id)])
  const rows = statements.clientFacts(JSON.stringify(pairs))
  const rowOf = new Map(clientIds.map((id, index) => [id, rows[index]]))
  const eventKeys = appends.flatMap(({ records }) => records.map(({ eventId }) => keyOf(eventId)))
  const texts = new Map(
    statements.textsOf(JSON.stringify(eventKeys)).map(({ event_key: key, text }) => [key, text]),
  )
  return {
    isErased: (clientId) => Number(rowOf.get(clientId)?.is_erased) === 1,
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
