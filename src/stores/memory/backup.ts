import type { NoteKind } from '../../event-store/backup.js'
import {
  RESTORE_STATE,
  RESTORES,
  type BackupEngine,
  type Note,
  type RestoredEvent,
} from '../kit/backup-engine.js'
import { lookUpRowsOf } from '../kit/look-ups.js'
import { keyOf } from '../kit/storage-key.js'
import { insertLookUpRows } from './append.js'
import { createPendingErasureEngine } from './pending-erasures.js'
import { createQuarantineEngine } from './quarantine.js'
import { readPages } from './read.js'
import type { EventRow, MemoryTables } from './schema.js'

/** How the notes of a kind are kept in memory. */
interface NoteRows {
  readonly all: (tables: MemoryTables) => ReadonlyArray<Note>
  readonly put: (tables: MemoryTables, note: Note) => void
}

const inMap = (mapOf: (tables: MemoryTables) => Map<string, number>): NoteRows => ({
  all: (tables) => Array.from(mapOf(tables), ([text, number]) => ({ text, number })),
  put: (tables, { text, number }) => {
    const map = mapOf(tables)
    map.set(text, Math.max(number, map.get(text) ?? number))
  },
})

const COMPACTED = 'compacted_before'

const NOTES: Readonly<Record<NoteKind, NoteRows>> = {
  tombstone: inMap(({ tombstones }) => tombstones),
  horizon: inMap(({ horizons }) => horizons),
  erasure: {
    all: ({ erasures }) => erasures.map((text, index) => ({ text, number: index + 1 })),
    put: ({ erasures }, { text, number }) => {
      erasures[number - 1] ??= text
    },
  },
  dropped: {
    all: ({ dropped }) => Array.from(dropped, (text) => ({ text, number: 0 })),
    put: ({ dropped }, { text }) => {
      dropped.add(text)
    },
  },
  fact: {
    all: ({ compactedBefore, restores }) => [
      ...(compactedBefore === null ? [] : [{ text: COMPACTED, number: compactedBefore }]),
      ...Array.from(restores, ([text, number]) => ({ text, number })),
    ],
    put: (tables, { text, number }) => {
      if (text === COMPACTED) {
        tables.compactedBefore = Math.max(number, tables.compactedBefore ?? number)
      } else if (text.startsWith(RESTORES)) tables.restores.set(text, number)
    },
  },
}

const compareRows = (left: EventRow, right: EventRow): number => left.revision - right.revision

/** Writes an event at its revision. False if the revision or the id is another event's. */
const putEvent = (tables: MemoryTables, { record, revision }: RestoredEvent): boolean => {
  const { eventId, clientId, text, recordedAt } = record
  const clientKey = keyOf(clientId)
  const events = tables.eventsOfClient.get(clientKey) ?? []
  const ofRevision = events.find((row) => row.revision === revision)
  const ofId = tables.eventsOfId.get(eventId)
  if (ofRevision !== undefined || ofId !== undefined) return ofRevision === ofId
  const position = (tables.lastPosition += 1)
  const row = { clientKey, eventId, text, recordedAt, revision, position }
  tables.eventsOfClient.set(clientKey, [...events, row].sort(compareRows))
  tables.eventsOfId.set(eventId, row)
  tables.events.push(row)
  const { sessions, users } = lookUpRowsOf([record])
  insertLookUpRows(tables.sessionClients, sessions)
  insertLookUpRows(tables.userClients, users)
  return true
}

/** Backup and restore in memory. */
export const createMemoryBackup = (tables: MemoryTables): BackupEngine => ({
  read: (work) =>
    work({
      pages: (request) => readPages(tables, request),
      quarantine: createQuarantineEngine(tables),
      pendingErasures: createPendingErasureEngine(tables),
      notes: async function* (kind) {
        yield await Promise.resolve(NOTES[kind].all(tables))
      },
    }),
  startRestore: (name) => {
    const { restores, events, quarantined } = tables
    const state = restores.get(name)
    if (state === RESTORE_STATE.done) return Promise.resolve('done')
    if (state === undefined && events.length + quarantined.size + restores.size > 0) {
      return Promise.resolve('occupied')
    }
    restores.set(name, RESTORE_STATE.started)
    return Promise.resolve('started')
  },
  isIncomplete: () =>
    Promise.resolve([...tables.restores.values()].includes(RESTORE_STATE.started)),
  putNotes: (kind, notes) => {
    for (const note of notes) NOTES[kind].put(tables, note)
    return Promise.resolve()
  },
  momentsOf: (tombstones) =>
    Promise.resolve(
      new Map(
        tombstones.flatMap((tombstone) => {
          const moment = tables.tombstones.get(tombstone)
          return moment === undefined ? [] : [[tombstone, moment] as const]
        }),
      ),
    ),
  putEvents: (events) =>
    Promise.resolve(events.flatMap((event, index) => (putEvent(tables, event) ? [] : [index]))),
})
