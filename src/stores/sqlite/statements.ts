import { CONTENT_SQL } from '../kit/record-checksum.js'
import type { Blob } from './blob.js'
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './driver.js'
import type { LookUpName } from '../kit/store-engine.js'
import { prepareErasing, type ErasingStatements } from './erasing-statements.js'
import { prepareReducing, type ReducingStatements } from './reducing-statements.js'
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
  /** 1 if an event with this id was dropped. */
  readonly was_dropped: number | bigint
  /** The text under the event's id; null if the id is not in the store. */
  readonly text: Blob | null
  readonly has_session: number | bigint
  readonly has_user: number | bigint
}

/** Keys in one text, each followed by a line feed, which no key holds; null without a key. */
interface KeysRow {
  readonly keys: Blob | null
}

/** Consecutive rows of `events` as one text. */
export interface JoinedRow {
  /**
   * A line of JSON for each row, with a comma at its end: an array of the place (`<position>/<head
   * checksum>`), the checksum, in a reading of the log the client's key, and then what the checksum
   * covers. Null if there is no row.
   */
  readonly lines: Blob | null
  /** The client's head; null if the file has none. */
  readonly expected: number | bigint | null
}

/** One row of `events` with everything that it takes to say what is wrong with it. */
export interface ExactRow {
  readonly content: Blob
  /** `<position>/<head checksum>` */
  readonly place: string
  readonly checksum: string
  readonly revision: string
  readonly recorded: string
  readonly client: Blob
  readonly event: Blob
  readonly text: Blob
}

/** How much is in `quarantined`. */
interface QuarantineSizeRow {
  readonly deliveries: number | bigint
  /** Decimal digits; meaningless without any. */
  readonly oldest: string
}

/** One row of `quarantined`. */
export interface QuarantineRow {
  readonly key: Blob
  readonly received: string
  readonly about: Blob
  readonly body: Blob
  readonly checksum: string
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
  readonly textsOf: Query<{ readonly event_key: Blob; readonly text: Blob }>
  readonly insertEvents: InsertRows
  readonly insertSessions: InsertRows
  readonly insertUsers: InsertRows
  readonly insertHeads: InsertRows
  readonly insertLogParts: InsertRows
  /** Of a client, from a revision on. */
  readonly joinedOfClient: (...values: SqliteValue[]) => JoinedRow
  readonly exactOfClient: Query<ExactRow>
  /** Of a client, by its hash. */
  readonly horizon: Query<{ readonly horizon: number | bigint }>
  /** Between two positions. */
  readonly joinedOfLog: (...values: SqliteValue[]) => JoinedRow
  readonly exactOfLog: Query<ExactRow>
  /**
   * The next event of the log, the next part in which events should be, and how many should be in another
   * part.
   */
  readonly nextOfLog: Query<{
    readonly event: string | null
    readonly part: string | null
    readonly expected: string | null
  }>
  /** How many events a part of the log has, and should have. */
  readonly countOfPart: Query<{ readonly present: string; readonly expected: string | null }>
  readonly placeOfLast: Query<{ readonly life: Blob; readonly place: string | null }>
  readonly placeAt: Query<{
    readonly life: Blob
    readonly head: string | null
    readonly last: string | null
  }>
  /** The keys of the next clients. */
  readonly clientKeysAfter: Query<KeysRow>
  readonly clientKeysOfUser: Query<KeysRow>
  readonly clientKeysOfSession: Query<KeysRow>
  /** The event keys of a client. */
  readonly eventKeys: Query<{ readonly revision: string; readonly key: Blob }>
  readonly countLookUp: Readonly<Record<LookUpName, Query<{ readonly count: number | bigint }>>>
  /** The rows of a look-up after a pair of keys. */
  readonly lookUpPage: Readonly<
    Record<LookUpName, Query<{ readonly key: Blob; readonly client: Blob }>>
  >
  /** One row with `ok`, or a row for each fault. */
  readonly integrityCheck: Query<object>
  readonly erasing: ErasingStatements
  readonly reducing: ReducingStatements
  readonly quarantineKeys: Query<KeysRow>
  readonly quarantined: Query<QuarantineRow>
  readonly quarantineSize: Query<QuarantineSizeRow>
  readonly insertQuarantined: SqliteStatement
  readonly deleteQuarantined: SqliteStatement
}

/** How many events of a client are read at a time. */
export const CLIENT_PAGE = 256

/**
 * Every text leaves SQLite as bytes: libsql aborts the process at a text that is not UTF-8, and
 * node:sqlite replaces what is wrong in it. Many rows leave it as one, because a row costs as much as
 * the parsing of an event. The numbers are texts, because a driver may refuse one that is damaged.
 */
const joined = (place: string, values: string, rows: string, facts: string): string => `SELECT
  CAST(group_concat(line, '') AS BLOB) AS lines, ${facts}
  FROM (SELECT printf('["%d/%d",%11d,${place}${CONTENT_SQL.format}',
    position, head_checksum, checksum, ${values}${CONTENT_SQL.values}) AS line FROM events ${rows})`

const exact = (rows: string): string => `SELECT
  CAST(printf('${CONTENT_SQL.format}', ${CONTENT_SQL.values}) AS BLOB) AS content,
  printf('%d/%d', position, head_checksum) AS place, printf('%d', checksum) AS checksum,
  printf('%d', revision) AS revision, printf('%d', recorded_at) AS recorded,
  CAST(client_key AS BLOB) AS client, CAST(event_key AS BLOB) AS event, CAST(text AS BLOB) AS text
  FROM events ${rows}`

// By the column: an exact row has a text of the same name, and SQLite would sort by that text.
const OF_CLIENT = `WHERE client_key = ? AND revision >= ?
  ORDER BY events.revision LIMIT ${CLIENT_PAGE}`
const OF_LOG = 'WHERE position >= ? AND position < ? ORDER BY position'

const JOINED_OF_CLIENT = joined(
  '',
  '',
  OF_CLIENT,
  '(SELECT CAST(revision AS INTEGER) FROM heads WHERE client_key = ?) AS expected',
)
const JOINED_OF_LOG = joined('"%s",', 'client_key, ', OF_LOG, 'NULL AS expected')

const keys = (column: string, rest: string): string =>
  `SELECT CAST(group_concat(${column} || '\n', '') AS BLOB) AS keys FROM ${rest}`

/** In the order of their keys, so that the last one tells where to go on. */
const NEXT_HEADS = '(SELECT client_key FROM heads WHERE client_key > ? ORDER BY client_key LIMIT ?)'

const lookUpPage = (table: string, key: string): string => `SELECT CAST(${key} AS BLOB) AS key,
  CAST(client_key AS BLOB) AS client FROM ${table}
  WHERE (${key}, client_key) > (?, ?) ORDER BY ${key}, client_key LIMIT 1000`

/** All event ids of a transaction in one call, because a call costs more than a look-up. */
const TEXTS = `SELECT CAST(event_key AS BLOB) AS event_key, CAST(text AS BLOB) AS text FROM events
  WHERE event_key IN (SELECT value FROM json_each(?))`

/** The revision of the last event of a client, also if that event has vanished. */
const revisionOf = (key: string): string => `max(
    coalesce((SELECT max(revision) FROM events WHERE client_key = ${key}), 0),
    coalesce((SELECT revision FROM heads WHERE client_key = ${key}), 0)
  )`

/** For pairs of a client key and the hash of the client, in their order. */
const CLIENT_FACTS = `SELECT
  ${revisionOf("json_extract(pair.value, '$[0]')")} AS revision,
  (SELECT revision FROM horizons WHERE client_hash = json_extract(pair.value, '$[1]')) AS horizon
  FROM json_each(?) AS pair ORDER BY pair.key`

/**
 * The facts about one event, and whether its look-up rows are there. The client key is bound several
 * times, because not every driver can bind numbered parameters.
 */
const ONE_EVENT_FACTS = `SELECT
  ${revisionOf('?')} AS revision,
  (SELECT revision FROM horizons WHERE client_hash = ?) AS horizon,
  (SELECT erased_at FROM tombstones WHERE tombstone = ?) AS client_erased_at,
  (SELECT erased_at FROM tombstones WHERE tombstone = ?) AS user_erased_at,
  (SELECT erased_at FROM tombstones WHERE tombstone = ?) AS session_erased_at,
  (SELECT CAST(text AS BLOB) FROM events WHERE event_key = ?) AS text,
  EXISTS (SELECT 1 FROM dropped WHERE event_hash = ?) AS was_dropped,
  EXISTS (SELECT 1 FROM session_clients WHERE session_key = ? AND client_key = ?) AS has_session,
  EXISTS (SELECT 1 FROM user_clients WHERE user_key = ? AND client_key = ?) AS has_user`

const INSERT_EVENTS =
  'INSERT INTO events (client_key, revision, event_key, recorded_at, text, head_checksum, checksum) VALUES'

/** Prepares all statements on a connection. */
export const prepareStatements = (database: SqliteDatabase): Statements => {
  const prepare = (sql: string): SqliteStatement => database.prepare(sql)
  const query = <Row>(sql: string): Query<Row> => {
    const statement = prepare(sql)
    return (...values) => statement.all(...values) as ReadonlyArray<Row>
  }
  const oneEventFacts = prepare(ONE_EVENT_FACTS)
  const joinedOfClient = prepare(JOINED_OF_CLIENT)
  const joinedOfLog = prepare(JOINED_OF_LOG)
  return {
    oneEventFacts: (...values) => oneEventFacts.get(...values) as OneEventFactsRow,
    clientFacts: query(CLIENT_FACTS),
    anyTombstone: query('SELECT 1 FROM tombstones LIMIT 1'),
    momentsOf: query(
      'SELECT tombstone, erased_at FROM tombstones WHERE tombstone IN (SELECT value FROM json_each(?))',
    ),
    textsOf: query(TEXTS),
    insertEvents: prepareInsert(database, INSERT_EVENTS, 7),
    insertSessions: prepareInsert(database, 'INSERT OR IGNORE INTO session_clients VALUES', 2),
    insertUsers: prepareInsert(database, 'INSERT OR IGNORE INTO user_clients VALUES', 2),
    insertHeads: prepareInsert(
      database,
      'INSERT INTO heads VALUES',
      2,
      'ON CONFLICT (client_key) DO UPDATE SET revision = excluded.revision',
    ),
    insertLogParts: prepareInsert(
      database,
      'INSERT INTO log_parts VALUES',
      2,
      'ON CONFLICT (part) DO UPDATE SET events = events + excluded.events',
    ),
    joinedOfClient: (...values) => joinedOfClient.get(...values) as JoinedRow,
    exactOfClient: query(exact(OF_CLIENT)),
    horizon: query(
      'SELECT CAST(revision AS INTEGER) AS horizon FROM horizons WHERE client_hash = ?',
    ),
    joinedOfLog: (...values) => joinedOfLog.get(...values) as JoinedRow,
    exactOfLog: query(exact(OF_LOG)),
    nextOfLog: query(`SELECT
      (SELECT printf('%d', position) FROM events WHERE position >= ? ORDER BY position LIMIT 1) AS event,
      (SELECT printf('%d', part) FROM log_parts
        WHERE part >= ? AND events > 0 ORDER BY part LIMIT 1) AS part,
      (SELECT printf('%d', events) FROM log_parts WHERE part = ?) AS expected`),
    countOfPart: query(`SELECT
      (SELECT printf('%d', count(*)) FROM events WHERE position >= ? AND position < ?) AS present,
      (SELECT printf('%d', events) FROM log_parts WHERE part = ?) AS expected`),
    placeOfLast: query(`SELECT (SELECT CAST(id AS BLOB) FROM life) AS life,
      (SELECT printf('%d/%d', position, head_checksum) FROM events ORDER BY position DESC LIMIT 1)
        AS place`),
    placeAt: query(`SELECT (SELECT CAST(id AS BLOB) FROM life) AS life,
      (SELECT printf('%d', head_checksum) FROM events WHERE position = ?) AS head,
      (SELECT printf('%d', seq) FROM sqlite_sequence WHERE name = 'events') AS last`),
    clientKeysAfter: query(keys('client_key', NEXT_HEADS)),
    clientKeysOfUser: query(keys('client_key', 'user_clients WHERE user_key = ?')),
    clientKeysOfSession: query(keys('client_key', 'session_clients WHERE session_key = ?')),
    eventKeys: query(`SELECT printf('%d', revision) AS revision, CAST(event_key AS BLOB) AS key
      FROM events WHERE client_key = ?`),
    countLookUp: {
      sessions: query('SELECT count(*) AS count FROM session_clients'),
      users: query('SELECT count(*) AS count FROM user_clients'),
    },
    lookUpPage: {
      sessions: query(lookUpPage('session_clients', 'session_key')),
      users: query(lookUpPage('user_clients', 'user_key')),
    },
    integrityCheck: query('PRAGMA integrity_check'),
    erasing: prepareErasing(database),
    reducing: prepareReducing(database),
    quarantineKeys: query(keys('delivery_key', 'quarantined')),
    quarantined: query(`SELECT CAST(delivery_key AS BLOB) AS key,
      printf('%d', received_at) AS received, CAST(about AS BLOB) AS about,
      CAST(body AS BLOB) AS body, printf('%d', checksum) AS checksum
      FROM quarantined WHERE delivery_key = ?`),
    quarantineSize: query(
      `SELECT count(*) AS deliveries, printf('%d', min(received_at)) AS oldest FROM quarantined`,
    ),
    insertQuarantined: prepare('INSERT OR IGNORE INTO quarantined VALUES (?, ?, ?, ?, ?)'),
    deleteQuarantined: prepare('DELETE FROM quarantined WHERE delivery_key = ?'),
  }
}
