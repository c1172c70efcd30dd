import * as E from 'fp-ts/lib/Either.js'
import { decideAppend } from '../../store/append-decision.js'
import type { Appended, AppendRefusal, ExpectedRevision } from '../../store/event-store.js'
import type { EventRecord, RecordedEvent } from '../../store/recorded-event.js'
import type { Database, Query } from './database.js'
import { takenMeanwhile } from './postgres-error.js'
import { gatherFacts, lockClients } from './stored-facts.js'
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

type Decision = E.Either<AppendRefusal, ReadonlyArray<EventRecord>>

/**
 * Appends: at first as if nothing stood in the way, in one round trip. If something did, the facts are
 * looked at, and mostly they decide: whoever came second, or comes again, has nothing to write. What
 * is left is decided once more with the client locked, and written.
 */
export const appendRecords = async (
  { query, transaction }: Database,
  schema: string,
  clientId: string,
  records: ReadonlyArray<EventRecord>,
  expected: ExpectedRevision,
): Promise<E.Either<AppendRefusal, Appended>> => {
  const written = areDistinct(records)
    ? await writeEvents(query, schema, records, expected)
    : undefined
  const last = written?.at(-1)
  if (written !== undefined && last !== undefined) {
    return E.right({ revision: last.revision, recorded: written })
  }

  const decideBy = async (ask: Query): Promise<readonly [Decision, number]> => {
    const facts = await gatherFacts(ask, schema, records, [clientId])
    const [isErased, revision] = [facts.isErased(clientId), facts.revisionOf(clientId)]
    const { textOf } = facts
    return [decideAppend(records, expected, { isErased, revision, textOf }), revision]
  }
  const [decision, revision] = await decideBy(query)
  if (E.isLeft(decision)) return decision
  if (decision.right.length === 0) return E.right({ revision, recorded: [] })
  return transaction(async (inside) => {
    await lockClients(inside, schema, [clientId])
    const [locked, before] = await decideBy(inside)
    if (E.isLeft(locked)) return locked
    const recorded = await writeDecided(inside, schema, locked.right)
    return E.right({ revision: before + recorded.length, recorded })
  })
}
