import type { NoteKind } from '../../event-store/backup.js'
import {
  RESTORE_STATE,
  RESTORES,
  type BackupEngine,
  type BackupReader,
  type Note,
  type RestoredEvent,
  type RestoreStart,
} from '../kit/backup-engine.js'
import { lookUpRowsOf } from '../kit/look-ups.js'
import { NOTE_TABLES, NOTES_PAGE } from '../kit/note-tables.js'
import { checksumsOf } from '../kit/record-checksum.js'
import { keyOf } from '../kit/storage-key.js'
import { bytesOf, type Blob } from './blob.js'
import type { Connection } from './connection.js'
import type { SqliteDatabase, SqliteValue } from './driver.js'
import { partOf } from './part-size.js'
import { readPages } from './read.js'
import { storedHashOf } from './reducing-statements.js'
import type { Statements } from './statements.js'

interface NoteRow {
  readonly text: Blob
  readonly number: string
}

/** The hashes of dropped events are kept in base64, which is shorter. */
const storedText = (kind: NoteKind, text: string): string =>
  kind === 'dropped' ? storedHashOf(text) : text

const textOfStored = (kind: NoteKind, stored: string): string =>
  kind === 'dropped' ? Buffer.from(stored, 'base64url').toString('hex') : stored

async function* readNotes(connection: Connection, kind: NoteKind): AsyncGenerator<Note[], void> {
  const { table, text, number, key } = NOTE_TABLES[kind]
  const page = `SELECT CAST(${text} AS BLOB) AS text, printf('%d', ${number ?? 0}) AS number
    FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ${NOTES_PAGE}`
  const readAfter = (last: SqliteValue): Promise<ReadonlyArray<NoteRow>> =>
    connection.read(
      () => connection.database.prepare(page).all(last) as unknown as ReadonlyArray<NoteRow>,
    )
  let rows = await readAfter(key === number ? -1 : '')
  for (let end = rows.at(-1); end !== undefined; end = rows.at(-1)) {
    yield rows.map((row) => ({
      text: textOfStored(kind, bytesOf(row.text).toString()),
      number: Number(row.number),
    }))
    rows = await readAfter(key === number ? Number(end.number) : bytesOf(end.text).toString())
  }
}

const insertNotes = (
  database: SqliteDatabase,
  kind: NoteKind,
  notes: ReadonlyArray<Note>,
): void => {
  const { table, text, number, key, conflict } = NOTE_TABLES[kind]
  const insert = database.prepare(
    `INSERT INTO ${table} (${text}${number === null ? '' : `, ${number}`})
    VALUES (?${number === null ? '' : ', ?'}) ON CONFLICT (${key}) ${
      conflict === 'first' || number === null
        ? 'DO NOTHING'
        : `DO UPDATE SET ${number} = max(${number}, excluded.${number})`
    }`,
  )
  for (const note of notes) {
    const stored = storedText(kind, note.text)
    if (number === null) insert.run(stored)
    else insert.run(stored, note.number)
  }
}

/** The facts about restores whose value is at least a number. */
const restoresOf = (database: SqliteDatabase): ReadonlyMap<string, number> => {
  const rows = database
    .prepare('SELECT name, value FROM store_facts WHERE substr(name, 1, ?) = ?')
    .all(RESTORES.length, RESTORES) as ReadonlyArray<{ name: string; value: number | bigint }>
  return new Map(rows.map(({ name, value }) => [name, Number(value)]))
}

const startRestore = (database: SqliteDatabase, name: string): RestoreStart => {
  const restores = restoresOf(database)
  const state = restores.get(name)
  if (state === RESTORE_STATE.done) return 'done'
  if (state === undefined) {
    const rows = database
      .prepare(
        'SELECT 1 FROM (SELECT 1 FROM events LIMIT 1) UNION ALL SELECT 1 FROM quarantined LIMIT 1',
      )
      .all()
    if (rows.length + restores.size > 0) return 'occupied'
    insertNotes(database, 'fact', [{ text: name, number: RESTORE_STATE.started }])
  }
  return 'started'
}

const putEvents = (
  database: SqliteDatabase,
  statements: Statements,
  events: ReadonlyArray<RestoredEvent>,
): ReadonlyArray<number> => {
  const insert = database.prepare(`INSERT OR IGNORE INTO events
    (client_key, revision, event_key, recorded_at, text, head_checksum, checksum)
    VALUES (?, ?, ?, ?, ?, ?, ?)`)
  const isThere = database.prepare(
    'SELECT 1 FROM events WHERE client_key = ? AND revision = ? AND event_key = ?',
  )
  const putHead = database.prepare(`INSERT INTO heads VALUES (?, ?)
    ON CONFLICT (client_key) DO UPDATE SET revision = max(revision, excluded.revision)`)
  const taken: number[] = []
  const written: RestoredEvent[] = []
  const parts = new Map<number, number>()
  for (const [index, event] of events.entries()) {
    const { record, revision } = event
    const { recordedAt, text } = record
    const [clientKey, eventKey] = [keyOf(record.clientId), keyOf(record.eventId)]
    const { head, whole } = checksumsOf({ clientKey, revision, eventKey, recordedAt, text })
    const { changes, lastInsertRowid } = insert.run(
      ...[clientKey, revision, eventKey, recordedAt, text, head, whole],
    )
    if (Number(changes) === 1) {
      written.push(event)
      putHead.run(clientKey, revision)
      const part = partOf(Number(lastInsertRowid))
      parts.set(part, (parts.get(part) ?? 0) + 1)
    } else if (isThere.get(clientKey, revision, eventKey) == null) taken.push(index)
  }
  statements.insertLogParts([...parts])
  const { sessions, users } = lookUpRowsOf(written.map(({ record }) => record))
  statements.insertSessions(sessions)
  statements.insertUsers(users)
  return taken
}

/** Backup and restore on a file. A transaction that stays open would stop the writers of a rollback journal. */
export const createSqliteBackup = (
  connection: Connection,
  statements: Statements,
  others: Pick<BackupReader, 'quarantine' | 'pendingErasures'>,
): BackupEngine => {
  const { database } = connection
  return {
    read: (work) =>
      work({
        pages: (request) => readPages(connection, statements, request),
        ...others,
        notes: (kind) => readNotes(connection, kind),
      }),
    startRestore: (name) => connection.write(() => startRestore(database, name)),
    isIncomplete: () =>
      connection.read(() => [...restoresOf(database).values()].includes(RESTORE_STATE.started)),
    putNotes: (kind, notes) =>
      connection.write(() => {
        insertNotes(database, kind, notes)
      }),
    momentsOf: (tombstones) =>
      connection.read(() => {
        const rows = statements.momentsOf(JSON.stringify(tombstones))
        return new Map(rows.map(({ tombstone, erased_at: at }) => [tombstone, Number(at)]))
      }),
    putEvents: (events) => connection.write(() => putEvents(database, statements, events)),
  }
}
