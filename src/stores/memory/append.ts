import * as E from 'fp-ts/lib/Either.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { decideAppend } from '../kit/append-decision.js'
import type { Append, AppendAnswer } from '../kit/appends.js'
import { recordedAs, type EventRecord } from '../kit/event-record.js'
import { lookUpRowsOf, type LookUpRow } from '../kit/look-ups.js'
import { keyOf, tombstoneOf, type StorageKey } from '../kit/storage-key.js'
import type { EventRow, LookUp, MemoryTables } from './schema.js'

const insertEvent = (
  tables: MemoryTables,
  clientKey: StorageKey,
  events: EventRow[],
  record: EventRecord,
): RecordedEvent => {
  const { eventId, text, recordedAt } = record
  const position = (tables.lastPosition += 1)
  const row = { clientKey, eventId, text, recordedAt, revision: events.length + 1, position }
  events.push(row)
  tables.eventsOfId.set(eventId, row)
  tables.events.push(row)
  return recordedAs(record, row.revision, String(position))
}

const insertLookUpRows = (lookUp: LookUp, rows: ReadonlyArray<LookUpRow>): void => {
  for (const [key, clientKey] of rows) {
    const clientKeys = lookUp.get(key)
    if (clientKeys === undefined) lookUp.set(key, new Set([clientKey]))
    else clientKeys.add(clientKey)
  }
}

const writeAppend = (
  tables: MemoryTables,
  { clientId, records, expected }: Append,
): AppendAnswer => {
  const { eventsOfClient, eventsOfId, tombstones } = tables
  const clientKey = keyOf(clientId)
  const events = eventsOfClient.get(clientKey) ?? []
  const decision = decideAppend(records, expected, {
    // The hash is computed only where it can be found.
    isErased: tombstones.size > 0 && tombstones.has(tombstoneOf(clientId)),
    revision: events.length,
    textOf: (eventId) => eventsOfId.get(eventId)?.text,
  })
  if (E.isLeft(decision)) return decision
  if (decision.right.length > 0) {
    if (events.length === 0) eventsOfClient.set(clientKey, events)
    const { sessions, users } = lookUpRowsOf(decision.right)
    insertLookUpRows(tables.sessionClients, sessions)
    insertLookUpRows(tables.userClients, users)
  }
  const recorded = decision.right.map((record) => insertEvent(tables, clientKey, events, record))
  return E.right({ revision: events.length, recorded })
}

/** Decides and writes appends, one after the other. */
export const writeAppends = (
  tables: MemoryTables,
  appends: ReadonlyArray<Append>,
): ReadonlyArray<AppendAnswer> => appends.map((append) => writeAppend(tables, append))
