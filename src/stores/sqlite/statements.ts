import type { StoredEvent } from '../kit/event-record.js'
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './driver.js'
import { prepareInsert, type InsertRows } from './insert.js'

/** The facts about a client. A driver can be set to return 64-bit integers as bigints. */
export interface ClientFactsRow {
  /** Null for a client without events. */
  readonly revision: number | bigint | null
  /** Null for a client without holes. */
  readonly horizon: number | bigint | null
}

/** The facts that decide an append of one event with one session. */
export interface OneEventFactsRow extends ClientFactsRow {
  /** The moments of the tombstones of the client, the user and the session; null for those that are not in the store. */
  readonly client_erased_at: number | bigint | null
  readonly user_erased_at: number | bigint | null
  readonly session_erased_at: number | bigint | null
  /** The text under the event's id; null if the id is not in the store. */
  readonly text: string | null
  readonly has_session: number | bigint
  readonly has_user: number | bigint
}

interface ClientKeyRow {
  readonly client_key: string
}

interface QuarantinePlaceRow {
  readonly delivery_key: string
  readonly received_at: number | bigint
  readonly about: string
}

interface QuarantineRow extends QuarantinePlaceRow {
  /** An ArrayBuffer from libsql, a Uint8Array from the others. */
  readonly body: Uint8Array | ArrayBuffer
}

/** Runs a query and returns its rows. */
export type Query<Row> = (...values: SqliteValue[]) => ReadonlyArray<Row>

/** The statements of the store, prepared once. */
export interface Statements {
  readonly oneEventFacts: (...values: SqliteValue[]) => OneEventFactsRow
  readonly clientFacts: Query<ClientFactsRow>
  /** One row if the store holds a tombstone. */
  readonly anyTombstone: Query<unknown>
  readonly momentsOf: Query<{ readonly tombstone: string; readonly erased_at: number | bigint }>
  readonly textsOf: Query<{ readonly event_key: string; readonly text: string }>
  readonly insertEvents: InsertRows
  readonly insertSessions: InsertRows
  readonly insertUsers: InsertRows
  readonly eventsOfClient: Query<StoredEvent>
  readonly firstEventOfClient: Query<StoredEvent>
  readonly eventsAfter: Query<StoredEvent>
  readonly lastPosition: Query<{ readonly position: number | bigint }>
  readonly clientKeys: Query<ClientKeyRow>
  readonly clientKeysOfUser: Query<ClientKeyRow>
  readonly clientKeysOfSession: Query<ClientKeyRow>
  readonly horizonOf: Query<{ readonly revision: number | bigint }>
  readonly putTombstone: SqliteStatement
  readonly putHorizon: SqliteStatement
  readonly insertErasure: SqliteStatement
  readonly deleteEvent: SqliteStatement
  readonly rewriteEvent: SqliteStatement
  readonly deleteSession: SqliteStatement
  readonly deleteUser: SqliteStatement
  readonly deleteSessionsOfClient: SqliteStatement
  readonly deleteUsersOfClient: SqliteStatement
  readonly lastErasure: Query<{ readonly last: number | bigint }>
  readonly erasuresAfter: Query<{ readonly number: number | bigint; readonly client_hash: string }>
  readonly quarantinePlaces: Query<QuarantinePlaceRow>
  readonly quarantined: Query<QuarantineRow>
  readonly insertQuarantined: SqliteStatement
  readonly deleteQuarantined: SqliteStatement
}

/** The columns of a `StoredEvent`, so that a row is decoded without a copy. */
const EVENT = 'SELECT position, revision, recorded_at AS recordedAt, text FROM events'

/** All event ids of a transaction in one call, because a call costs more than a look-up. */
const TEXTS = `SELECT event_key, text FROM events
  WHERE event_key IN (SELECT value FROM json_each(?))`

/** For pairs of a client key and the hash of the client, in their order. */
const CLIENT_FACTS = `SELECT
  (SELECT max(revision) FROM events WHERE client_key = json_extract(pair.value, '$[0]')) AS revision,
  (SELECT revision FROM horizons WHERE client_hash = json_extract(pair.value, '$[1]')) AS horizon
  FROM json_each(?) AS pair ORDER BY pair.key`

/**
 * The facts about one event, and whether its look-up rows are there. The client key is bound three
 * times, because not every driver can bind numbered parameters.
 */
const ONE_EVENT_FACTS = `SELECT
  (SELECT max(revision) FROM events WHERE client_key = ?) AS revision,
  (SELECT revision FROM horizons WHERE client_hash = ?) AS horizon,
  (SELECT erased_at FROM tombstones WHERE tombstone = ?) AS client_erased_at,
  (SELECT erased_at FROM tombstones WHERE tombstone = ?) AS user_erased_at,
  (SELECT erased_at FROM tombstones WHERE tombstone = ?) AS session_erased_at,
  (SELECT text FROM events WHERE event_key = ?) AS text,
  EXISTS (SELECT 1 FROM session_clients WHERE session_key = ? AND client_key = ?) AS has_session,
  EXISTS (SELECT 1 FROM user_clients WHERE user_key = ? AND client_key = ?) AS has_user`

const INSERT_EVENTS =
  'INSERT INTO events (client_key, revision, event_key, recorded_at, text) VALUES'

/** Prepares all statements on a connection. */
export const prepareStatements = (database: SqliteDatabase): Statements => {
  const prepare = (sql: string): SqliteStatement => database.prepare(sql)
  const query = <Row>(sql: string): Query<Row> => {
    const statement = prepare(sql)
    return (...values) => statement.all(...values) as ReadonlyArray<Row>
  }
  const oneEventFacts = prepare(ONE_EVENT_FACTS)
  return {
    oneEventFacts: (...values) => oneEventFacts.get(...values) as OneEventFactsRow,
    clientFacts: query(CLIENT_FACTS),
    anyTombstone: query('SELECT 1 FROM tombstones LIMIT 1'),
    momentsOf: query(
      'SELECT tombstone, erased_at FROM tombstones WHERE tombstone IN (SELECT value FROM json_each(?))',
    ),
    textsOf: query(TEXTS),
    insertEvents: prepareInsert(database, INSERT_EVENTS, 5),
    insertSessions: prepareInsert(database, 'INSERT OR IGNORE INTO session_clients VALUES', 2),
    insertUsers: prepareInsert(database, 'INSERT OR IGNORE INTO user_clients VALUES', 2),
    eventsOfClient: query(`${EVENT} WHERE client_key = ? AND revision >= ? ORDER BY revision`),
    firstEventOfClient: query(`${EVENT} WHERE client_key = ? ORDER BY revision LIMIT 1`),
    eventsAfter: query(`${EVENT} WHERE position > ? ORDER BY position LIMIT ?`),
    lastPosition: query('SELECT coalesce(max(position), 0) AS position FROM events'),
    clientKeys: query('SELECT DISTINCT client_key FROM events'),
    clientKeysOfUser: query('SELECT client_key FROM user_clients WHERE user_key = ?'),
    clientKeysOfSession: query('SELECT client_key FROM session_clients WHERE session_key = ?'),
    horizonOf: query('SELECT revision FROM horizons WHERE client_hash = ?'),
    putTombstone: prepare(
      `INSERT INTO tombstones VALUES (?, ?)
      ON CONFLICT (tombstone) DO UPDATE SET erased_at = max(erased_at, excluded.erased_at)`,
    ),
    putHorizon: prepare(
      `INSERT INTO horizons VALUES (?, ?)
      ON CONFLICT (client_hash) DO UPDATE SET revision = max(revision, excluded.revision)`,
    ),
    insertErasure: prepare('INSERT INTO erasures (client_hash) VALUES (?)'),
    deleteEvent: prepare('DELETE FROM events WHERE client_key = ? AND revision = ?'),
    rewriteEvent: prepare(
      'UPDATE events SET event_key = ?, text = ? WHERE client_key = ? AND revision = ?',
    ),
    deleteSession: prepare('DELETE FROM session_clients WHERE session_key = ? AND client_key = ?'),
    deleteUser: prepare('DELETE FROM user_clients WHERE user_key = ? AND client_key = ?'),
    // These two scan their tables. An index would slow down every append, and damage is rare.
    deleteSessionsOfClient: prepare('DELETE FROM session_clients WHERE client_key = ?'),
    deleteUsersOfClient: prepare('DELETE FROM user_clients WHERE client_key = ?'),
    lastErasure: query('SELECT coalesce(max(number), 0) AS last FROM erasures'),
    erasuresAfter: query(
      'SELECT number, client_hash FROM erasures WHERE number > ? ORDER BY number LIMIT ?',
    ),
    quarantinePlaces: query('SELECT delivery_key, received_at, about FROM quarantined'),
    quarantined: query(
      'SELECT delivery_key, received_at, about, body FROM quarantined WHERE delivery_key = ?',
    ),
    insertQuarantined: prepare('INSERT OR IGNORE INTO quarantined VALUES (?, ?, ?, ?)'),
    deleteQuarantined: prepare('DELETE FROM quarantined WHERE delivery_key = ?'),
  }
}
