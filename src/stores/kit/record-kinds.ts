import type { BackupRecord, NoteKind } from '../../event-store/backup.js'
import { LAST_TIME } from '../../events/time-limits.js'
import { RESTORES, type BackupReader } from './backup-engine.js'
import { NOTE_KINDS } from './note-tables.js'
import { userIdOf } from './pending-erasures.js'
import { deliveryOf, keysInOrder, quarantineRecordOf } from './quarantine-record.js'
import { keyOf } from './storage-key.js'
import type { StoreEngine } from './store-engine.js'

type Records = ReadonlyArray<BackupRecord>

/** How a backup reads the records of a kind, and a restore puts them. */
export interface RecordKind {
  readonly read: (reader: BackupReader) => AsyncGenerator<Records, void>
  /** Puts records of this kind. What is there already stays, or the greater number counts. */
  readonly put: (engine: StoreEngine, records: Records) => Promise<void>
}

/** How many bodies are in memory at a time. */
const DELIVERIES = 16

const DELIVERY: RecordKind = {
  read: async function* ({ quarantine }) {
    const keys = keysInOrder(await quarantine.places())
    for (let start = 0; start < keys.length; start += DELIVERIES) {
      const some = keys.slice(start, start + DELIVERIES)
      const rows = new Map((await quarantine.read(some)).map((row) => [row.key, row]))
      const deliveries = some.flatMap((key) => rows.get(key) ?? []).map(deliveryOf)
      yield deliveries.map(({ id, receivedAt, reason, body }) => ({
        kind: 'delivery',
        id,
        received_at: receivedAt,
        reason,
        body: Buffer.from(body).toString('base64'),
      }))
    }
  },
  put: async ({ quarantine }, records) => {
    for (const record of records) {
      if (record.kind !== 'delivery') continue
      const { id, received_at: receivedAt, reason, body } = record
      const bytes = Buffer.from(body, 'base64')
      await quarantine.keep(quarantineRecordOf({ id, receivedAt, reason, body: bytes }))
    }
  },
}

const PENDING_ERASURE: RecordKind = {
  read: async function* ({ pendingErasures }) {
    const rows = await pendingErasures.rows()
    yield rows.map((row) => ({
      kind: 'pending_erasure',
      user_id: userIdOf(row),
      due_at: row.dueAt,
    }))
  },
  put: async ({ pendingErasures }, records) => {
    for (const record of records) {
      if (record.kind !== 'pending_erasure') continue
      const key = keyOf(record.user_id)
      const userId = JSON.stringify(record.user_id)
      await pendingErasures.schedule({ key, userId, dueAt: record.due_at ?? LAST_TIME })
      if (record.due_at === null) await pendingErasures.callOff(key)
    }
  },
}

const noteKind = (kind: NoteKind): RecordKind => ({
  read: async function* (reader) {
    for await (const page of reader.notes(kind)) {
      // A copy of the store is not a part of the restore that made the store.
      const notes = page.filter(({ text }) => kind !== 'fact' || !text.startsWith(RESTORES))
      yield notes.map((note) => ({ kind, ...note }))
    }
  },
  put: async ({ backup }, records) => {
    const notes = records.flatMap((record) => (record.kind === kind ? record : []))
    await backup.putNotes(
      kind,
      notes.map(({ text, number }) => ({ text, number })),
    )
  },
})

/** Everything but the events, in the order in which a backup has it. A further kind is one more entry. */
export const RECORD_KINDS: ReadonlyMap<string, RecordKind> = new Map<string, RecordKind>([
  ['delivery', DELIVERY],
  ['pending_erasure', PENDING_ERASURE],
  ...NOTE_KINDS.map((kind): [string, RecordKind] => [kind, noteKind(kind)]),
])
