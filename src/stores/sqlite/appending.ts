import type * as E from 'fp-ts/lib/Either.js'
import {
  answersTo,
  decideAppends,
  linksOf,
  plannedIn,
  type Append,
  type Planned,
  type StoredFacts,
} from '../../store/appends.js'
import type { Appended, AppendRefusal } from '../../store/event-store.js'
import { keyOf, tombstoneOf } from '../../store/storage-key.js'
import type { Statements } from './statements.js'

/** Gathered within the transaction that writes: nobody else writes meanwhile. */
const factsOf = (statements: Statements, appends: ReadonlyArray<Append>): StoredFacts => {
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
  }
}

/** @returns the position of the first */
const write = (statements: Statements, planned: ReadonlyArray<Planned>): number => {
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
  const records = planned.map(({ record }) => record)
  statements.insertSessions(linksOf(records, 'sessionIds'))
  statements.insertUsers(linksOf(records, 'userIds'))
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
  const decided = decideAppends(appends, factsOf(statements, appends))
  return answersTo(decided, positionsFrom(write(statements, plannedIn(decided))))
}
