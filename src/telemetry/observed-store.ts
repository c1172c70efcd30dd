import type { EventStore } from '../event-store/event-store.js'
import type { SqlDatabase } from '../event-store/sql-database.js'
import type { StoreOperation, StoreSystem, Telemetry } from './telemetry.js'

/** The system of a database of SQL. */
export const systemOfSql = ({ dialect }: SqlDatabase): StoreSystem =>
  dialect === 'postgres' ? 'postgresql' : dialect

const systemOf = ({ sql, consumers }: EventStore): StoreSystem => {
  if (sql !== undefined) return systemOfSql(sql)
  return consumers === undefined ? 'other' : 'jetstream'
}

/**
 * A store that reports how long its operations take. It does not report a reading of the whole log, which lasts as long
 * as its reader takes; the views report what they read of it as `project`.
 */
export const observedStore = (store: EventStore, telemetry: Telemetry): EventStore => {
  const system = systemOf(store)
  const reported = <A>(operation: StoreOperation, work: () => Promise<A>): Promise<A> =>
    telemetry.storeOperation({ operation, system }, work)
  return {
    ...store,
    append: (clientId, events, expected) =>
      reported('append', () => store.append(clientId, events, expected)),
    record: (events) => reported('append', () => store.record(events)),
    readClient: (clientId, fromRevision) =>
      reported('read', () => store.readClient(clientId, fromRevision)),
    eraseClient: (clientId) => reported('erase', () => store.eraseClient(clientId)),
    eraseUser: (userId) => reported('erase', () => store.eraseUser(userId)),
  }
}
