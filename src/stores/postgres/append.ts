import * as E from 'fp-ts/lib/Either.js'
import {
  answersOf,
  decideAppends,
  oneEventOf,
  writesOf,
  type Append,
  type AppendAnswer,
  type AppendDecision,
} from '../kit/appends.js'
import type { StoreEngine } from '../kit/store-engine.js'
import type { Database } from './connection.js'
import type { Life } from './life.js'
import { readFacts } from './stored-facts.js'
import {
  areIndependent,
  createTryIndependentEvents,
  type EventPlaces,
} from './try-independent-events.js'
import { createTryOneEvent } from './try-one-event.js'
import { writeDecided } from './write-decided.js'

/** The answers where all records of all appends were written. */
const answersAt = (
  appends: ReadonlyArray<Append>,
  { revisions, places }: EventPlaces,
  { positionOf }: Life,
): ReadonlyArray<AppendAnswer> => {
  const nextRevisions = revisions.values()
  const decisions = appends.map(({ records }): AppendDecision => {
    const writes = records.map((record) => ({ record, revision: nextRevisions.next().value ?? 0 }))
    return E.right({ revision: writes.at(-1)?.revision ?? 0, writes })
  })
  return answersOf(decisions, places.map(positionOf))
}

/**
 * Writes appends in a schema. There are three ways, from the fastest to the most general:
 *
 * 1. The first try writes in one round trip, as if nothing were in the way.
 * 2. If it wrote nothing, the stored facts usually show that there is nothing to write: the append is a
 *    duplicate, or lost against another one. One event alone is tried once more, by the statement that
 *    waits for locks.
 * 3. Otherwise the clients are locked, everything is decided again, and the rest is written.
 */
export const createAppender = (
  database: Database,
  schema: string,
  life: Life,
): StoreEngine['write'] => {
  const { query } = database
  const tryOneEvent = createTryOneEvent(schema)
  const tryIndependentEvents = createTryIndependentEvents(schema)

  return async (appends) => {
    const oneEvent = oneEventOf(appends)
    let places: EventPlaces | undefined
    if (oneEvent !== undefined) places = await tryOneEvent(query, oneEvent)
    else if (areIndependent(appends)) places = await tryIndependentEvents(query, appends)
    if (places !== undefined) return answersAt(appends, places, life)

    const decisions = decideAppends(appends, await readFacts(query, schema, appends))
    if (writesOf(decisions).length === 0) return answersOf(decisions, [])
    if (oneEvent !== undefined) {
      // Another transaction held the client's lock or waited for it. This statement waits too.
      const placesInTurn = await tryIndependentEvents(query, appends)
      if (placesInTurn !== undefined) return answersAt(appends, placesInTurn, life)
    }
    return writeDecided(database, schema, life, appends, tryIndependentEvents)
  }
}
