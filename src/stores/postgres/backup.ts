import type { NoteKind } from '../../event-store/backup.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import {
  RESTORE_STATE,
  RESTORES,
  type BackupEngine,
  type Note,
  type RestoredEvent,
  type RestoreStart,
} from '../kit/backup-engine.js'
import { lookUpRowsOf } from '../kit/look-ups.js'
import { NOTE_TABLES, NOTES_PAGE } from '../kit/note-tables.js'
import { keyOf } from '../kit/storage-key.js'
import type { Database, Query } from './connection.js'
import { SETTINGS } from './erase.js'
import type { Life } from './life.js'
import { insertIntoLookUp } from './look-ups.js'
import { createPendingErasureEngine } from './pending-erasures.js'
import { createQuarantineEngine } from './quarantine.js'
import { readPages } from './read.js'
import { lockClients } from './stored-facts.js'
import { columnsOf, integers, lineArray, lines } from './try-independent-events.js'

/** A UUID is the type of the hashes of dropped events. */
const typeOf = (kind: NoteKind): string => (kind === 'dropped' ? 'uuid' : 'text')

async function* readNotes(
  query: Query,
  schema: string,
  kind: NoteKind,
): AsyncGenerator<ReadonlyArray<Note>, void> {
  const { table, text, number, key } = NOTE_TABLES[kind]
  const keyType = key === number ? 'bigint' : typeOf(kind)
  const hasDashes = typeOf(kind) === 'uuid'
  for (let last: string | null = null; ;) {
    const rows: ReadonlyArray<{ text: string; number: string; key: string }> = await query(
      `select ${hasDashes ? `replace(${text}::text, '-', '')` : text} as text,
        ${number ?? 0}::text as number, ${key}::text as key
      from ${schema}.${table} where $1::text is null or ${key} > $1::text::${keyType}
      order by ${table}.${key} limit ${NOTES_PAGE}`,
      [last],
    )
    const end = rows.at(-1)
    if (end === undefined) return
    yield rows.map((row) => ({ text: row.text, number: Number(row.number) }))
    last = end.key
  }
}

const insertNotes = async (
  query: Query,
  schema: string,
  kind: NoteKind,
  notes: ReadonlyArray<Note>,
): Promise<void> => {
  const { table, text, number, key, conflict } = NOTE_TABLES[kind]
  const isGreatest = conflict === 'greatest' && number !== null
  await query(
    `insert into ${schema}.${table} as t (${text}${number === null ? '' : `, ${number}`})
    select n.text${number === null ? '' : ', n.number'}
    from unnest($1::${typeOf(kind)}[], $2::bigint[]) n(text, number)
    on conflict (${key}) do ${
      isGreatest ? `update set ${number} = greatest(t.${number}, excluded.${number})` : 'nothing'
    }`,
    [notes.map((note) => note.text), integers(notes.map((note) => note.number))],
  )
}

const startRestore = async (query: Query, schema: string, name: string): Promise<RestoreStart> => {
  await query(SETTINGS)
  await query(`select pg_advisory_xact_lock(hashtext('clientfold restore'), hashtext('${schema}'))`)
  const restores = await query<{ name: string; value: string }>(
    `select name, value::text as value from ${schema}.store_facts where starts_with(name, $1)`,
    [RESTORES],
  )
  const state = restores.find((fact) => fact.name === name)?.value
  if (Number(state) === RESTORE_STATE.done) return 'done'
  if (state !== undefined) return 'started'
  const [row] = await query<{ isOccupied: boolean }>(
    `select exists (select from ${schema}.events) or exists (select from ${schema}.quarantined)
      as "isOccupied"`,
  )
  if (restores.length > 0 || row?.isOccupied !== false) return 'occupied'
  await insertNotes(query, schema, 'fact', [{ text: name, number: RESTORE_STATE.started }])
  return 'started'
}

const EVENTS = `unnest(${lineArray(1)}, $2::bigint[], ${lineArray(3)}, $4::bigint[], ${lineArray(5)})
  with ordinality g(client_key, revision, event_key, recorded_at, text, place)`

const putEvents = async (
  query: Query,
  schema: string,
  events: ReadonlyArray<RestoredEvent>,
): Promise<ReadonlyArray<number>> => {
  if (events.length === 0) return []
  const records = events.map(({ record }) => record)
  const clientKeys = records.map(({ clientId }) => keyOf(clientId))
  const { sessions, users } = lookUpRowsOf(records)
  await query(SETTINGS)
  await lockClients(query, schema, [...new Set(clientKeys)])
  const values = [
    lines(clientKeys),
    integers(events.map(({ revision }) => revision)),
    lines(records.map(({ eventId }) => keyOf(eventId))),
    integers(records.map(({ recordedAt }) => recordedAt)),
    lines(records.map(({ text }) => text)),
  ]
  await query(
    `insert into ${schema}.events (client_key, revision, event_key, recorded_at, text)
    select g.client_key, g.revision, g.event_key, g.recorded_at, g.text from ${EVENTS}
    order by g.place on conflict do nothing`,
    values,
  )
  await query(
    `with sessions as (
      ${insertIntoLookUp(schema, 'session_clients', `unnest(${lineArray(1)}, ${lineArray(2)})`)}
    )
    ${insertIntoLookUp(schema, 'user_clients', `unnest(${lineArray(3)}, ${lineArray(4)})`)}`,
    [...columnsOf(sessions), ...columnsOf(users)],
  )
  const rows = await query<{ place: string }>(
    `select g.place::text as place from ${EVENTS} where not exists (
      select from ${schema}.events e
      where e.client_key = g.client_key and e.revision = g.revision and e.event_key = g.event_key
    ) order by g.place`,
    values,
  )
  return rows.map(({ place }) => Number(place) - 1)
}

/**
 * Backup and restore in a schema. A backup reads all in one transaction that only reads, as `pg_dump` does.
 * It has no transaction id, so no follower waits for it.
 */
export const createPostgresBackup = (
  { query, transaction, session }: Database,
  schema: string,
  life: Life,
): BackupEngine => ({
  read: (work) => {
    let hasStarted = false
    return session(async (inside) => {
      // A session begins again after a lost connection. Then records would come twice.
      if (hasStarted) {
        const sentence = 'the connection broke while the backup was taken: take it again'
        throw new StoreUnavailable('unreachable', sentence)
      }
      hasStarted = true
      await inside('begin isolation level repeatable read, read only')
      await inside('set local idle_in_transaction_session_timeout = 0')
      await work({
        pages: (request) => readPages(inside, schema, life, request),
        quarantine: createQuarantineEngine(inside, schema),
        pendingErasures: createPendingErasureEngine(inside, schema),
        notes: (kind) => readNotes(inside, schema, kind),
      })
      await inside('commit')
    })
  },
  startRestore: (name) => transaction((inside) => startRestore(inside, schema, name)),
  isIncomplete: async () => {
    const rows = await query(
      `select from ${schema}.store_facts where starts_with(name, $1) and value = $2`,
      [RESTORES, RESTORE_STATE.started],
    )
    return rows.length > 0
  },
  putNotes: (kind, notes) =>
    transaction(async (inside) => {
      await inside(SETTINGS)
      await insertNotes(inside, schema, kind, notes)
    }),
  momentsOf: async (tombstones) => {
    const rows = await query<{ tombstone: string; at: string }>(
      `select tombstone, erased_at::text as at from ${schema}.tombstones where tombstone = any($1)`,
      [tombstones],
    )
    return new Map(rows.map(({ tombstone, at }) => [tombstone, Number(at)]))
  },
  putEvents: (events) => transaction((inside) => putEvents(inside, schema, events)),
})
