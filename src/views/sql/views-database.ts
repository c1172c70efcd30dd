import type { SqlDatabase } from '../../event-store/sql-database.js'

/** The database of views. */
export interface ViewsDatabase extends SqlDatabase {
  /** The marker of the log of which the views are made, as an SQL expression; `null` if the log lies elsewhere. */
  readonly marker: string
}
