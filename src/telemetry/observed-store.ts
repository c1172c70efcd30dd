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
 * A store that tells how long its operations take. A reading of the whole log is not told: it lasts as long as its
 * reader takes. What the views read of it is told as `project`.
 */
export const observedStore = (store: EventStore, telemetry: Telemetry): EventStore => {
  const system = systemOf(store)
  const told = <A>(operation: StoreOperation, work: () => Promise<A>): Promise<A> =>
    telemetry.storeOperation({ operation, system }, work)
  return {
    ...store,
    append: (clientId, events, expected) =>
      told('append', () => store.append(clientId, events, expected)),
    record: (events) => told('append', () => store.record(events)),
    readClient: (clientId, fromRevision) =>
      told('read', () => store.readClient(clientId, fromRevision)),
    eraseClient: (clientId) => told('erase', () => store.eraseClient(clientId)),
    eraseUser: (userId) => told('erase', () => store.eraseUser(userId)),
  }
}
