import type { BackupRecord } from '../../event-store/backup.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { Position } from '../../event-store/recorded-event.js'
import type { BackupReader } from './backup-engine.js'
import { readStoredEvent, type StoredEvent } from './event-record.js'
import { RECORD_KINDS } from './record-kinds.js'
import type { StorageKey } from './storage-key.js'
import type { StoreEngine } from './store-engine.js'

/** Takes records, and resolves when it can take more. */
export type WriteRecords = (records: ReadonlyArray<BackupRecord>) => Promise<void>

/** @throws CorruptRecord if the record is damaged. */
const recordOfEvent = (stored: StoredEvent): BackupRecord => {
  // The text of a parsed value is the stored one. It is made first, because the reading changes the value.
  const text = stored.value === undefined ? stored.text : JSON.stringify(stored.value)
  const { event, revision } = readStoredEvent(stored)
  return { kind: 'event', revision, recorded_at: Number(event.recorded_at), text }
}

const writeEvents = async (
  { pages }: BackupReader,
  after: Position | undefined,
  write: WriteRecords,
  checkOpen: () => void,
): Promise<Position | undefined> => {
  let last = after
  for await (const page of pages({ after, mode: 'complete', signal: undefined, checkOpen })) {
    const end = page.at(-1)
    if (end === undefined) continue
    await write(page.map(recordOfEvent))
    last = String(end.position)
  }
  return last
}

/** Writes all records of a kind. */
const writeKind = async (
  kind: string,
  reader: BackupReader,
  write: WriteRecords,
): Promise<void> => {
  const pages = RECORD_KINDS.get(kind)?.read(reader) ?? []
  for await (const records of pages) if (records.length > 0) await write(records)
}

/** Of a delivery that went meanwhile, an erasure would be undone by the backup. */
const checkDeliveries = async (
  { quarantine }: BackupReader,
  keys: ReadonlyArray<StorageKey>,
): Promise<void> => {
  const present = new Set((await quarantine.places()).map(({ key }) => key))
  if (keys.every((key) => present.has(key))) return
  throw new StoreUnavailable(
    'busy',
    'deliveries were removed from the quarantine while the backup was taken: take it again',
  )
}

/**
 * Writes everything of a store, in an order that makes it one moment:
 *
 * - A delivery can move from the quarantine to the events. So the events that came meanwhile are read after
 *   the quarantine.
 * - Events can be erased or dropped meanwhile. So the notes come last: what a tombstone refuses is left out
 *   by the restore, and a horizon covers the holes. Of the events that a compaction keeps, none is missed,
 *   because a page that was read before has them, and a page that is read later has them too.
 */
export const backupStore = (
  engine: StoreEngine,
  write: WriteRecords,
  checkOpen: () => void,
): Promise<void> =>
  engine.backup.read(async (reader) => {
    const last = await writeEvents(reader, undefined, write, checkOpen)
    const keys = (await reader.quarantine.places()).map(({ key }) => key)
    await writeKind('delivery', reader, write)
    await writeEvents(reader, last, write, checkOpen)
    for (const kind of RECORD_KINDS.keys()) {
      if (kind !== 'delivery') await writeKind(kind, reader, write)
    }
    await checkDeliveries(reader, keys)
  })
