import {
  answersOf,
  decideAppends,
  writesOf,
  type Append,
  type AppendAnswer,
  type EventWrite,
  type StoredFacts,
} from '../kit/appends.js'
import { lookUpRowsOf, type LookUpRow } from '../kit/look-ups.js'
import { keyOf, tombstoneOf } from '../kit/storage-key.js'
import type { LookUp, MemoryTables } from './schema.js'

const factsIn = ({ tombstones, eventsOfClient, eventsOfId }: MemoryTables): StoredFacts => ({
  // The hash is computed only where it can be found.
  isErased: (clientId) => tombstones.size > 0 && tombstones.has(tombstoneOf(clientId)),
  revisionOf: (clientId) => eventsOfClient.get(keyOf(clientId))?.length ?? 0,
  textOf: (eventId) => eventsOfId.get(eventId)?.text,
})

const insertEvent = (tables: MemoryTables, { record, revision }: EventWrite): string => {
  const { clientId, eventId, text, recordedAt } = record
  const clientKey = keyOf(clientId)
  const position = (tables.lastPosition += 1)
  const row = { clientKey, eventId, text, recordedAt, revision, position }
  const eventsOfClient = tables.eventsOfClient.get(clientKey)
  if (eventsOfClient === undefined) tables.eventsOfClient.set(clientKey, [row])
  else eventsOfClient.push(row)
  tables.eventsOfId.set(eventId, row)
  tables.events.push(row)
  return String(position)
}

const insertLookUpRows = (lookUp: LookUp, rows: ReadonlyArray<LookUpRow>): void => {
  for (const [key, clientKey] of rows) {
    const clientKeys = lookUp.get(key)
    if (clientKeys === undefined) lookUp.set(key, new Set([clientKey]))
    else clientKeys.add(clientKey)
  }
}

/** Decides and writes appends. */
export const writeAppends = (
  tables: MemoryTables,
  appends: ReadonlyArray<Append>,
): ReadonlyArray<AppendAnswer> => {
  const decisions = decideAppends(appends, factsIn(tables))
  const writes = writesOf(decisions)
  const { sessions, users } = lookUpRowsOf(writes.map(({ record }) => record))
  insertLookUpRows(tables.sessionClients, sessions)
  insertLookUpRows(tables.userClients, users)
  return answersOf(
    decisions,
    writes.map((write) => insertEvent(tables, write)),
  )
}
