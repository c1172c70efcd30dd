/** A value of a parameter. A list is one parameter: PostgreSQL takes an array, SQLite the JSON text. */
export type SqlValue = string | number | ReadonlyArray<string> | ReadonlyArray<number>

/** A row, by the names of its columns. A driver may give a number as decimal digits. */
export type SqlRow = Readonly<Record<string, string | number | bigint | null>>

/** A statement with its values. */
export interface SqlStatement {
  /** The SQL, with a question mark for each value. */
  readonly text: string
  readonly values?: ReadonlyArray<SqlValue>
  /** True if it returns no rows. */
  readonly isSilent?: boolean
}

/**
 * Work on a database, statement by statement: it yields a statement and receives its rows. So the same
 * work runs within one turn of the event loop on SQLite, and over a network on PostgreSQL.
 */
export type SqlWork<A> = Generator<SqlStatement, A, ReadonlyArray<SqlRow>>

/**
 * The database in which a store keeps its log, for read models beside the log. It uses the connections
 * of the store. Every failure rejects with `StoreUnavailable`.
 */
export interface SqlDatabase {
  readonly dialect: 'sqlite' | 'postgres'
  /** The schema of the store with a point, to write before the name of a table; empty on SQLite. */
  readonly schema: string
  /**
   * An SQL expression of one text, which differs as soon as anything is committed to the log or erased from
   * it. So one statement reads a read model, and whether the model lacks something.
   */
  readonly logMarker: string
  /** Runs statements, each of which sees what is committed when it begins. */
  readonly read: <A>(work: () => SqlWork<A>) => Promise<A>
  /**
   * Runs statements in one transaction. It may begin again from the start. A power cut may take back the
   * last transactions, but each as a whole, and none without those after it.
   *
   * @param isDurable - true if no power cut may take back this one, nor those before it
   */
  readonly write: <A>(work: () => SqlWork<A>, isDurable?: boolean) => Promise<A>
  /** A text that differs between two databases, and between two lives of one: a copy, a restore, a failover. */
  readonly identity: () => Promise<string>
}
