import { readRecord } from '../kit/event-record.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './driver.js'
import { prepareInsert, type Insert } from './insert.js'

/** A row of the table of events. Drivers that are told to give 64-bit integers give bigints. */
export interface EventRow {
  readonly position: number | bigint
  readonly revision: number | bigint
  readonly recorded_at: number | bigint
  readonly text: string
}

/** What a transaction has to know of a client. */
export interface ClientRow {
  /** Null where nothing was appended. */
  readonly revision: number | bigint | null
  readonly is_erased: number | bigint
}

/** What a transaction has to know to write one event that speaks of one session. */
export interface OneEventRow extends ClientRow {
  /** Under the event's id; null where there is none. */
  readonly text: string | null
  readonly has_session: number | bigint
  readonly has_user: number | bigint
}

/** A row of the quarantine. */
interface QuarantineRow {
  readonly received_at: number | bigint
  readonly about: string
  /** An ArrayBuffer from libsql, a Uint8Array from the others. */
  readonly body: Uint8Array | ArrayBuffer
}

/** What tells the place of a row of the quarantine. */
interface QuarantinePlaceRow {
  readonly delivery_key: string
  readonly received_at: number | bigint
  readonly about: string
}

/** A query, and the shape of its rows. */
export type Query<Row> = (...values: SqliteValue[]) => ReadonlyArray<Row>

/** The statements of the store, prepared once. */
export interface Statements {
  readonly oneEventFacts: (...values: SqliteValue[]) => OneEventRow
  readonly clientFacts: Query<ClientRow>
  readonly textsOf: Query<{ readonly event_key: string; readonly text: string }>
  readonly insertEvents: Insert
  readonly insertSessions: Insert
  readonly insertUsers: Insert
  readonly eventsOfClient: Query<EventRow>
  readonly eventsAfter: Query<EventRow>
  readonly lastPosition: Query<{ readonly position: number | bigint }>
  readonly clientKeys: Query<{ readonly client_key: string }>
  readonly clientKeysOfUser: Query<{ readonly client_key: string }>
  readonly clientKeysOfSession: Query<{ readonly client_key: string }>
  readonly deletions: ReadonlyArray<SqliteStatement>
  readonly insertTombstone: SqliteStatement
  readonly quarantinePlaces: Query<QuarantinePlaceRow>
  readonly quarantined: Query<QuarantineRow>
  readonly insertQuarantined: SqliteStatement
  readonly deleteQuarantined: SqliteStatement
}

const EVENT = 'SELECT position, revision, recorded_at, text FROM events'

/** One call for all ids of a transaction: a call costs more than a look-up. */
const TEXTS = `SELECT event_key, text FROM events
  WHERE event_key IN (SELECT value FROM json_each(?))`

/** Of pairs of a key and a tombstone, in their order. */
const FACTS = `SELECT
  (SELECT max(revision) FROM events WHERE client_key = json_extract(pair.value, '$[0]')) AS revision,
  EXISTS (SELECT 1 FROM erased WHERE tombstone = json_extract(pair.value, '$[1]')) AS is_erased
  FROM json_each(?) AS pair ORDER BY pair.key`

/**
 * The same of one event alone, with its rows of the look-ups. Not every driver binds a numbered
 * parameter, so that the client stands there three times.
 */
const ONE_EVENT_FACTS = `SELECT
  (SELECT max(revision) FROM events WHERE client_key = ?) AS revision,
  EXISTS (SELECT 1 FROM erased WHERE tombstone = ?) AS is_erased,
  (SELECT text FROM events WHERE event_key = ?) AS text,
  EXISTS (SELECT 1 FROM session_clients WHERE session_key = ? AND client_key = ?) AS has_session,
  EXISTS (SELECT 1 FROM user_clients WHERE user_key = ? AND client_key = ?) AS has_user`

const EVENTS = 'INSERT INTO events (client_key, revision, event_key, recorded_at, text) VALUES'

export const prepareStatements = (database: SqliteDatabase): Statements => {
  const prepare = (sql: string): SqliteStatement => database.prepare(sql)
  const query = <Row>(sql: string): Query<Row> => {
    const statement = prepare(sql)
    return (...values) => statement.all(...values) as ReadonlyArray<Row>
  }
  const oneEventFacts = prepare(ONE_EVENT_FACTS)
  return {
    oneEventFacts: (...values) => oneEventFacts.get(...values) as OneEventRow,
    clientFacts: query(FACTS),
    textsOf: query(TEXTS),
    insertEvents: prepareInsert(database, EVENTS, 5),
    insertSessions: prepareInsert(database, 'INSERT OR IGNORE INTO session_clients VALUES', 2),
    insertUsers: prepareInsert(database, 'INSERT OR IGNORE INTO user_clients VALUES', 2),
    eventsOfClient: query(`${EVENT} WHERE client_key = ? AND revision >= ? ORDER BY revision`),
    eventsAfter: query(`${EVENT} WHERE position > ? ORDER BY position LIMIT ?`),
    lastPosition: query('SELECT coalesce(max(position), 0) AS position FROM events'),
    clientKeys: query('SELECT DISTINCT client_key FROM events'),
    clientKeysOfUser: query('SELECT client_key FROM user_clients WHERE user_key = ?'),
    clientKeysOfSession: query('SELECT client_key FROM session_clients WHERE session_key = ?'),
    // No index serves the look-ups here: it would cost every append, and erasing is rare.
    deletions: ['events', 'session_clients', 'user_clients'].map((table) =>
      prepare(`DELETE FROM ${table} WHERE client_key = ?`),
    ),
    insertTombstone: prepare('INSERT OR IGNORE INTO erased VALUES (?)'),
    quarantinePlaces: query('SELECT delivery_key, received_at, about FROM quarantined'),
    quarantined: query('SELECT received_at, about, body FROM quarantined WHERE delivery_key = ?'),
    insertQuarantined: prepare('INSERT OR IGNORE INTO quarantined VALUES (?, ?, ?, ?)'),
    deleteQuarantined: prepare('DELETE FROM quarantined WHERE delivery_key = ?'),
  }
}

export const readRow = ({ text, recorded_at, revision, position }: EventRow): RecordedEvent =>
  readRecord(text, Number(recorded_at), Number(revision), String(position))
