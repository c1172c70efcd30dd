import * as E from 'fp-ts/lib/Either.js'
import { decideAppend } from '../../store/append-decision.js'
import type { Appended, AppendRefusal, ExpectedRevision } from '../../store/event-store.js'
import type { EventRecord, RecordedEvent } from '../../store/recorded-event.js'
import type { Database, Query } from './database.js'
import { takenMeanwhile } from './postgres-error.js'
import { lockAndGather, revisionIn } from './stored-facts.js'
import { writeEvents } from './write-events.js'

/** True if nothing speaks against writing the records at once but what the server knows. */
export const areDistinct = (records: ReadonlyArray<EventRecord>): boolean =>
  new Set(records.map(({ eventId }) => eventId)).size === records.length

/** Writes what was decided, in the transaction that gathered the facts for it. */
export const writeDecided = async (
  query: Query,
  schema: string,
  records: ReadonlyArray<EventRecord>,
): Promise<ReadonlyArray<RecordedEvent>> => {
  if (records.length === 0) return []
  const written = await writeEvents(query, schema, records, 'any')
  // The clients are locked: it is an event id that somebody else gave to another client.
  if (written === undefined) throw takenMeanwhile()
  return written
}

const decideAndAppend = async (
  query: Query,
  schema: string,
  clientId: string,
  records: ReadonlyArray<EventRecord>,
  expected: ExpectedRevision,
): Promise<E.Either<AppendRefusal, Appended>> => {
  const { isErased, textOf } = await lockAndGather(query, schema, records)
  const revision = await revisionIn(query, schema, clientId)
  const decision = decideAppend(records, expected, {
    isErased: isErased(clientId),
    revision,
    textOf,
  })
  if (E.isLeft(decision)) return decision
  const recorded = await writeDecided(query, schema, decision.right)
  return E.right({ revision: revision + recorded.length, recorded })
}

/**
 * Appends: at first as if nothing stood in the way, in one round trip; and if something did, with all
 * the facts before the decision.
 */
export const appendRecords = async (
  { query, transaction }: Database,
  schema: string,
  clientId: string,
  records: ReadonlyArray<EventRecord>,
  expected: ExpectedRevision,
): Promise<E.Either<AppendRefusal, Appended>> => {
  const recorded = areDistinct(records)
    ? await writeEvents(query, schema, records, expected)
    : undefined
  const last = recorded?.at(-1)
  return recorded === undefined || last === undefined
    ? transaction((inside) => decideAndAppend(inside, schema, clientId, records, expected))
    : E.right({ revision: last.revision, recorded })
}
