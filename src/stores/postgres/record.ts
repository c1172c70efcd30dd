import * as E from 'fp-ts/lib/Either.js'
import { decideAppend } from '../../store/append-decision.js'
import type { Recording } from '../../store/event-store.js'
import type { EventRecord, RecordedEvent } from '../../store/recorded-event.js'
import { areDistinct, writeDecided } from './append.js'
import type { Database, Query } from './database.js'
import { gatherFacts, lockClients, type StoredFacts } from './stored-facts.js'
import { writeEvents } from './write-events.js'

type Outcome = EventRecord | Exclude<Recording, { readonly _tag: 'Recorded' }>

/** What becomes of each record, given those before it. */
const outcomesOf = (
  records: ReadonlyArray<EventRecord>,
  { isErased, textOf }: StoredFacts,
): ReadonlyArray<Outcome> => {
  const fresh = new Map<string, string>()
  return records.map((record) => {
    const decision = decideAppend([record], 'any', {
      isErased: isErased(record.clientId),
      revision: 0,
      textOf: (eventId) => textOf(eventId) ?? fresh.get(eventId),
    })
    if (E.isLeft(decision)) {
      if (decision.left._tag === 'RevisionConflict') throw new Error('nothing was expected')
      return decision.left
    }
    if (decision.right.length === 0) return { _tag: 'Duplicate' }
    fresh.set(record.eventId, record.text)
    return record
  })
}

const isRecord = (outcome: Outcome): outcome is EventRecord => !('_tag' in outcome)

const answersOf = (
  outcomes: ReadonlyArray<Outcome>,
  recorded: ReadonlyArray<RecordedEvent>,
): ReadonlyArray<Recording> => {
  const inOrder = recorded.values()
  return outcomes.map((outcome) => {
    if (!isRecord(outcome)) return outcome
    const { value } = inOrder.next()
    if (value === undefined) throw new Error('fewer events were written than were decided')
    return { _tag: 'Recorded', recorded: value }
  })
}

/** Records facts of any clients in one transaction: as with appends, the short ways first. */
export const recordRecords = async (
  { query, transaction }: Database,
  schema: string,
  records: ReadonlyArray<EventRecord>,
): Promise<ReadonlyArray<Recording>> => {
  if (records.length === 0) return []
  const written = areDistinct(records)
    ? await writeEvents(query, schema, records, 'any')
    : undefined
  if (written !== undefined) return answersOf(records, written)

  const decideBy = async (ask: Query): Promise<ReadonlyArray<Outcome>> =>
    outcomesOf(records, await gatherFacts(ask, schema, records, []))
  const outcomes = await decideBy(query)
  if (!outcomes.some(isRecord)) return answersOf(outcomes, [])
  return transaction(async (inside) => {
    await lockClients(inside, schema, [...new Set(records.map(({ clientId }) => clientId))])
    const locked = await decideBy(inside)
    return answersOf(locked, await writeDecided(inside, schema, locked.filter(isRecord)))
  })
}
