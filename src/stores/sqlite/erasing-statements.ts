import type { SqliteDatabase, SqliteStatement, SqliteValue } from './driver.js'

/** A row of `erasures`. */
export interface ErasureRow {
  readonly number: number | bigint
  readonly client_hash: string
}

/** The statements of erasures. */
export interface ErasingStatements {
  readonly putTombstone: SqliteStatement
  readonly putHorizon: SqliteStatement
  readonly insertErasure: SqliteStatement
  readonly deleteEvent: SqliteStatement
  readonly deleteEventsOfClient: SqliteStatement
  readonly rewriteEvent: SqliteStatement
  readonly deleteHead: SqliteStatement
  /** Puts the head of a client to its last event, if it has one. */
  readonly insertHead: SqliteStatement
  readonly deleteSession: SqliteStatement
  readonly deleteUser: SqliteStatement
  readonly deleteSessionsOfClient: SqliteStatement
  readonly deleteUsersOfClient: SqliteStatement
  /** The number of the last erasure; 0 without one. */
  readonly lastErasure: () => number
  readonly erasuresAfter: (...values: SqliteValue[]) => ReadonlyArray<ErasureRow>
}

/** Prepares them on a connection. */
export const prepareErasing = (database: SqliteDatabase): ErasingStatements => {
  const prepare = (sql: string): SqliteStatement => database.prepare(sql)
  const lastErasure = prepare('SELECT coalesce(max(number), 0) AS last FROM erasures')
  const erasuresAfter = prepare(
    'SELECT number, client_hash FROM erasures WHERE number > ? ORDER BY number LIMIT ?',
  )
  return {
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
    deleteEventsOfClient: prepare('DELETE FROM events WHERE client_key = ?'),
    // The head checksum stays: it is part of positions that readers keep.
    rewriteEvent: prepare(
      'UPDATE events SET event_key = ?, text = ?, checksum = ? WHERE client_key = ? AND revision = ?',
    ),
    deleteHead: prepare('DELETE FROM heads WHERE client_key = ?'),
    insertHead: prepare(
      `INSERT INTO heads SELECT client_key, revision FROM events
      WHERE client_key = ? ORDER BY revision DESC LIMIT 1`,
    ),
    deleteSession: prepare('DELETE FROM session_clients WHERE session_key = ? AND client_key = ?'),
    deleteUser: prepare('DELETE FROM user_clients WHERE user_key = ? AND client_key = ?'),
    // These two scan their tables. An index would slow down every append, and damage is rare.
    deleteSessionsOfClient: prepare('DELETE FROM session_clients WHERE client_key = ?'),
    deleteUsersOfClient: prepare('DELETE FROM user_clients WHERE client_key = ?'),
    lastErasure: () => Number((lastErasure.get() as { readonly last: number | bigint }).last),
    erasuresAfter: (...values) => erasuresAfter.all(...values) as ReadonlyArray<ErasureRow>,
  }
}
