import * as E from 'fp-ts/lib/Either.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import {
  decideAppends,
  type Append,
  type AppendAnswer,
  type EventWrite,
  type StoredFacts,
} from '../kit/appends.js'
import { droppedHashOf } from '../kit/dropped-hash.js'
import { recordedAs } from '../kit/event-record.js'
import { lookUpRowsOf, type LookUpRow } from '../kit/look-ups.js'
import { keyOf, tombstoneOf, type StorageKey } from '../kit/storage-key.js'
import type { EventRow, LookUp, MemoryTables } from './schema.js'

const insertEvent = (
  tables: MemoryTables,
  clientKey: StorageKey,
  events: EventRow[],
  { record, revision }: EventWrite,
): RecordedEvent => {
  const { eventId, text, recordedAt } = record
  const position = (tables.lastPosition += 1)
  const row = { clientKey, eventId, text, recordedAt, revision, position }
  events.push(row)
  tables.eventsOfId.set(eventId, row)
  tables.events.push(row)
  return recordedAs(record, row.revision, String(position))
}

/** Adds rows to a look-up, except those that are there. */
export const insertLookUpRows = (lookUp: LookUp, rows: ReadonlyArray<LookUpRow>): void => {
  for (const [key, clientKey] of rows) {
    const clientKeys = lookUp.get(key)
    if (clientKeys === undefined) lookUp.set(key, new Set([clientKey]))
    else clientKeys.add(clientKey)
  }
}

const factsOf = ({
  eventsOfClient,
  eventsOfId,
  tombstones,
  horizons,
  dropped,
}: MemoryTables): StoredFacts => ({
  momentOf: tombstones.size === 0 ? null : (tombstone) => tombstones.get(tombstone),
  revisionOf: (clientId) => eventsOfClient.get(keyOf(clientId))?.at(-1)?.revision ?? 0,
  horizonOf: (clientId) =>
    horizons.size === 0 ? 0 : (horizons.get(tombstoneOf('client', clientId)) ?? 0),
  textOf: (eventId) => eventsOfId.get(eventId)?.text,
  wasDropped: (eventId) => dropped.size > 0 && dropped.has(droppedHashOf(eventId)),
})

const insertEvents = (
  tables: MemoryTables,
  clientId: string,
  writes: ReadonlyArray<EventWrite>,
): ReadonlyArray<RecordedEvent> => {
  if (writes.length === 0) return []
  const clientKey = keyOf(clientId)
  const events = tables.eventsOfClient.get(clientKey) ?? []
  if (events.length === 0) tables.eventsOfClient.set(clientKey, events)
  const { sessions, users } = lookUpRowsOf(writes.map(({ record }) => record))
  insertLookUpRows(tables.sessionClients, sessions)
  insertLookUpRows(tables.userClients, users)
  return writes.map((write) => insertEvent(tables, clientKey, events, write))
}

/** Decides and writes appends, one after the other. */
export const writeAppends = (
  tables: MemoryTables,
  appends: ReadonlyArray<Append>,
): ReadonlyArray<AppendAnswer> =>
  appends.flatMap((append) =>
    decideAppends([append], factsOf(tables)).map(
      E.map(({ revision, writes }) => ({
        revision,
        recorded: insertEvents(tables, append.clientId, writes),
      })),
    ),
  )
