import type { Blob } from './blob.js'
import type { SqliteDatabase, SqliteStatement, SqliteValue } from './driver.js'

/** The events of a client now. */
export interface ClientNow {
  readonly count: number
  readonly last: number
  readonly isErased: boolean
}

/** The statements of compactions and forgettings. */
export interface ReducingStatements {
  /** Takes a JSON array of hashes. */
  readonly insertDropped: SqliteStatement
  /** Whether the table holds any hash. */
  readonly anyDropped: () => boolean
  /** Those of a JSON array of hashes that are in the table. */
  readonly droppedAmong: (hashes: string) => ReadonlyArray<{ readonly event_hash: string }>
  /** The keys of clients from a key on, each followed by a line feed; null at the end. */
  readonly clientKeysFrom: (key: SqliteValue) => Blob | null
  /** Whether a client is as it was: its events, and whether an erasure after a number is about it. */
  readonly clientNow: (clientKey: string, lastErasure: number, clientHash: string) => ClientNow
  readonly raiseFact: SqliteStatement
  /** Null if the store does not have the fact. */
  readonly fact: (name: string) => number | null
}

/** A hash as the table holds it: a third shorter than in hexadecimal. */
export const storedHashOf = (hash: string): string => Buffer.from(hash, 'hex').toString('base64url')

/** How many clients are looked at between two transactions. */
const CLIENTS = 200

/** Prepares them on a connection. */
export const prepareReducing = (database: SqliteDatabase): ReducingStatements => {
  const prepare = (sql: string): SqliteStatement => database.prepare(sql)
  const droppedAmong = prepare(
    'SELECT event_hash FROM dropped WHERE event_hash IN (SELECT value FROM json_each(?))',
  )
  const anyDropped = prepare('SELECT 1 FROM dropped LIMIT 1')
  const clientKeysFrom = prepare(`SELECT CAST(group_concat(client_key || '\n', '') AS BLOB) AS keys
    FROM (SELECT client_key FROM heads WHERE client_key >= ? ORDER BY client_key LIMIT ${CLIENTS})`)
  const clientNow = prepare(`SELECT count(*) AS count, coalesce(max(revision), 0) AS last,
    EXISTS (SELECT 1 FROM erasures WHERE number > ? AND client_hash = ?) AS is_erased
    FROM events WHERE client_key = ?`)
  const fact = prepare('SELECT value FROM store_facts WHERE name = ?')
  return {
    insertDropped: prepare('INSERT OR IGNORE INTO dropped SELECT value FROM json_each(?)'),
    anyDropped: () => anyDropped.get() != null,
    droppedAmong: (hashes) =>
      droppedAmong.all(hashes) as ReadonlyArray<{ readonly event_hash: string }>,
    clientKeysFrom: (key) => (clientKeysFrom.get(key) as { readonly keys: Blob | null }).keys,
    clientNow: (clientKey, lastErasure, clientHash) => {
      const row = clientNow.get(lastErasure, clientHash, clientKey) as Record<
        string,
        number | bigint
      >
      return {
        count: Number(row.count),
        last: Number(row.last),
        isErased: Number(row.is_erased) === 1,
      }
    },
    raiseFact: prepare(`INSERT INTO store_facts VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)`),
    fact: (name) => {
      const row = fact.get(name) as { readonly value: number | bigint } | undefined | null
      return row == null ? null : Number(row.value)
    },
  }
}
