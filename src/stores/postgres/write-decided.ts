import {
  answersOf,
  decideAppends,
  writesOf,
  type Append,
  type AppendAnswer,
  type AppendDecision,
} from '../kit/appends.js'
import { keyOf } from '../kit/storage-key.js'
import type { Database, Query } from './connection.js'
import { eventIdTaken } from './errors.js'
import type { Life } from './life.js'
import { lockClients, readFacts } from './stored-facts.js'
import type { TryIndependentEvents } from './try-independent-events.js'

const writeDecisions = async (
  query: Query,
  decisions: ReadonlyArray<AppendDecision>,
  tryIndependentEvents: TryIndependentEvents,
): Promise<ReadonlyArray<string>> => {
  const appends = writesOf(decisions).map(({ record }): Append => ({
    clientId: record.clientId,
    records: [record],
    expected: 'any',
  }))
  if (appends.length === 0) return []
  const places = await tryIndependentEvents(query, appends)
  // The clients are locked. So the only obstacle is an event id that another client's event has taken.
  if (places === undefined) throw eventIdTaken()
  return places.places
}

/** Locks the clients of some appends, then decides the appends and writes what was decided. */
export const writeDecided = (
  { transaction }: Database,
  schema: string,
  { positionOf }: Life,
  appends: ReadonlyArray<Append>,
  tryIndependentEvents: TryIndependentEvents,
): Promise<ReadonlyArray<AppendAnswer>> =>
  transaction(async (query) => {
    await lockClients(query, schema, [...new Set(appends.map(({ clientId }) => keyOf(clientId)))])
    const decisions = decideAppends(appends, await readFacts(query, schema, appends))
    const places = await writeDecisions(query, decisions, tryIndependentEvents)
    return answersOf(decisions, places.map(positionOf))
  })
