import * as E from 'fp-ts/lib/Either.js'
import {
  answersTo,
  decideAppends,
  oneEventOf,
  plannedIn,
  type Append,
  type Decided,
} from '../kit/appends.js'
import type { Appended, AppendRefusal } from '../../event-store/event-store.js'
import type { Position } from '../../event-store/recorded-event.js'
import type { Database, Query } from './database.js'
import { takenMeanwhile } from './postgres-error.js'
import { gatherFacts, lockClients } from './stored-facts.js'
import { createEventWriter } from './write-event.js'
import { areIndependent, createEventsWriter, type Written } from './write-events.js'

type Answers = ReadonlyArray<E.Either<AppendRefusal, Appended>>

/** The answers if nothing stood in the way. */
const answersOf = (appends: ReadonlyArray<Append>, { revisions, positions }: Written): Answers => {
  const inOrder = revisions.values()
  const decided = appends.map(({ records }): Decided => {
    const planned = records.map((record) => ({ record, revision: inOrder.next().value ?? 0 }))
    return E.right({ revision: planned.at(-1)?.revision ?? 0, planned })
  })
  return answersTo(decided, positions)
}

/**
 * Writes appends: at first as if nothing stood in the way, in one round trip. If something did, the
 * facts are looked at, and mostly they decide: whoever came second, or comes again, has nothing to
 * write. Else all is decided once more with the clients locked, and written.
 */
export const createAppender = (
  { query, transaction }: Database,
  schema: string,
): ((appends: ReadonlyArray<Append>) => Promise<Answers>) => {
  const writeEvent = createEventWriter(schema)
  const writeEvents = createEventsWriter(schema)

  const writeAtOnce = async (appends: ReadonlyArray<Append>): Promise<Written | undefined> => {
    const one = oneEventOf(appends)
    if (one !== undefined) return writeEvent(query, one)
    return areIndependent(appends) ? writeEvents(query, appends) : undefined
  }
  const writeDecided = async (
    inside: Query,
    decided: ReadonlyArray<Decided>,
  ): Promise<ReadonlyArray<Position>> => {
    const appends = plannedIn(decided).map(({ record }): Append => ({
      clientId: record.clientId,
      records: [record],
      expected: 'any',
    }))
    if (appends.length === 0) return []
    const written = await writeEvents(inside, appends)
    // The clients are locked: it is an event id that somebody else gave to another client.
    if (written === undefined) throw takenMeanwhile()
    return written.positions
  }

  return async (appends) => {
    const written = await writeAtOnce(appends)
    if (written !== undefined) return answersOf(appends, written)

    const decideBy = async (ask: Query): Promise<ReadonlyArray<Decided>> =>
      decideAppends(appends, await gatherFacts(ask, schema, appends))
    const decided = await decideBy(query)
    if (plannedIn(decided).length === 0) return answersTo(decided, [])
    if (oneEventOf(appends) !== undefined) {
      // It gave way to somebody; so it takes its turn.
      const inTurn = await writeEvents(query, appends)
      if (inTurn !== undefined) return answersOf(appends, inTurn)
    }
    return transaction(async (inside) => {
      await lockClients(inside, schema, [...new Set(appends.map(({ clientId }) => clientId))])
      const locked = await decideBy(inside)
      return answersTo(locked, await writeDecided(inside, locked))
    })
  }
}
