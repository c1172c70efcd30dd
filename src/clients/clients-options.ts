import type { EventStore } from '../event-store/event-store.js'
import type { SqlDatabase } from '../event-store/sql-database.js'
import type { Telemetry } from '../telemetry/telemetry.js'

/** How to open `Clients`. */
export interface ClientsOptions {
  /** Where the events are. Closing the clients closes it. */
  readonly store: EventStore
  /** For how many clients the state stays in memory; 1,000 unless given. */
  readonly cachedStates?: number
  /**
   * The clock by which statuses are read and erasures become due, in epoch milliseconds; `Date.now` unless
   * given.
   */
  readonly now?: () => number
  /**
   * Where the views are kept: what lists need. Unless given, beside the log: in the database of the store, or
   * in memory if the store is in memory. `memory` keeps them in memory in any case. The database of another
   * store can be given too: `otherStore.sql`.
   */
  readonly viewsIn?: 'memory' | SqlDatabase
  /**
   * Receives reports of what happens: OpenTelemetry, Prometheus, or both. Nothing is reported unless this is given, and
   * that costs nothing. Receivers of webhooks and HTTP handlers of these clients report to it too.
   */
  readonly telemetry?: Telemetry | undefined
}
