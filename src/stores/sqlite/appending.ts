import type * as E from 'fp-ts/lib/Either.js'
import {
  answersTo,
  decideAppends,
  linksOf,
  oneEventOf,
  plannedIn,
  type Append,
  type OneEvent,
  type Planned,
  type StoredFacts,
} from '../kit/appends.js'
import type { Appended, AppendRefusal } from '../../event-store/event-store.js'
import { keyOf, tombstoneOf } from '../kit/storage-key.js'
import type { Statements } from './statements.js'

/** Gathered within the transaction that writes: nobody else writes meanwhile. */
interface Facts extends StoredFacts {
  /** True if the look-ups hold all that is to be written there. */
  readonly isLinked: boolean
}

/** In one call: a call costs about as much as all that is asked here. */
const factsOfOne = (statements: Statements, { record }: OneEvent): Facts => {
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
    isLinked: Number(row.has_session) === 1 && Number(row.has_user) === 1,
  }
}

const factsOf = (statements: Statements, appends: ReadonlyArray<Append>): Facts => {
  const one = oneEventOf(appends)
  if (one !== undefined) return factsOfOne(statements, one)

  const ids = [...new Set(appends.map(({ clientId }) => clientId))]
  const rows = statements.clientFacts(JSON.stringify(ids.map((id) => [keyOf(id), tombstoneOf(id)])))
  const rowOf = new Map(ids.map((id, index) => [id, rows[index]]))
  const keys = appends.flatMap(({ records }) => records.map(({ eventId }) => keyOf(eventId)))
  const found = statements.textsOf(JSON.stringify(keys))
  const texts = new Map(found.map(({ event_key: key, text }) => [key, text]))
  return {
    isErased: (clientId) => Number(rowOf.get(clientId)?.is_erased) === 1,
    revisionOf: (clientId) => Number(rowOf.get(clientId)?.revision ?? 0),
    textOf: (eventId) => (texts.size === 0 ? undefined : texts.get(keyOf(eventId))),
    isLinked: false,
  }
}

/** @returns the position of the first */
const write = (
  statements: Statements,
  planned: ReadonlyArray<Planned>,
  { isLinked }: Facts,
): number => {
  if (planned.length === 0) return 0
  const last = statements.insertEvents(
    planned.map(({ record: { clientId, eventId, recordedAt, text }, revision }) => [
      keyOf(clientId),
      revision,
      keyOf(eventId),
      recordedAt,
      text,
    ]),
  )
  if (!isLinked) {
    const records = planned.map(({ record }) => record)
    statements.insertSessions(linksOf(records, 'sessionIds'))
    statements.insertUsers(linksOf(records, 'userIds'))
  }
  // AUTOINCREMENT counts by one, and nobody else writes meanwhile.
  return last - planned.length + 1
}

function* positionsFrom(first: number): Generator<string, never> {
  for (let position = first; ; position++) yield String(position)
}

/** Decides and writes appends, one after the other, within a transaction. */
export const writeAppends = (
  statements: Statements,
  appends: ReadonlyArray<Append>,
): ReadonlyArray<E.Either<AppendRefusal, Appended>> => {
  const facts = factsOf(statements, appends)
  const decided = decideAppends(appends, facts)
  return answersTo(decided, positionsFrom(write(statements, plannedIn(decided), facts)))
}
