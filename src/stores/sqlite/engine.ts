import type { StorageKey } from '../kit/storage-key.js'
import type { StoreEngine } from '../kit/store-engine.js'
import { writeAppends } from './append.js'
import type { Connection } from './connection.js'
import { erase, readErasures, scrub } from './erase.js'
import { createQuarantineEngine } from './quarantine.js'
import { readPages } from './read.js'
import { createSqlDatabase } from './sql.js'
import { prepareStatements, type Query } from './statements.js'

/**
 * An engine on a connection that is set up.
 *
 * @param ownsDatabase - whether `close` also closes the driver's handle
 */
export const createSqliteEngine = (connection: Connection, ownsDatabase: boolean): StoreEngine => {
  const statements = prepareStatements(connection.database)
  const readKeys = (
    query: Query<{ readonly client_key: string }>,
    ...keys: ReadonlyArray<StorageKey>
  ): Promise<ReadonlyArray<StorageKey>> =>
    connection.read(() => query(...keys).map(({ client_key: key }) => key))

  return {
    // One transaction at a time, as SQLite allows no more; all waiting appends share it.
    groupLimits: {},
    write: (appends) => connection.write(() => writeAppends(statements, appends)),
    readClient: (clientKey, fromRevision, clientHash) =>
      connection.read(() => ({
        events: statements.eventsOfClient(clientKey, fromRevision),
        horizon: Number(statements.horizonOf(clientHash)[0]?.revision ?? 0),
      })),
    readOneEventOfEach: (clientKeys) =>
      connection.read(() => clientKeys.flatMap((key) => statements.firstEventOfClient(key))),
    pages: (request) => readPages(connection, statements, request),
    lastPosition: async () => {
      const [last] = await connection.read(() => statements.lastPosition())
      if (last === undefined) throw new Error('a maximum has one row')
      return String(last.position)
    },
    clientKeys: () => readKeys(statements.clientKeys),
    clientKeysOfUser: (userKey) => readKeys(statements.clientKeysOfUser, userKey),
    clientKeysOfSession: (sessionKey) => readKeys(statements.clientKeysOfSession, sessionKey),
    quarantine: createQuarantineEngine(connection, statements),
    erase: (request) => connection.write(() => erase(statements, request)),
    scrub: () => scrub(connection),
    erasures: (after, limit) => connection.read(() => readErasures(statements, after, limit)),
    // An empty transaction takes the lock of a writer and syncs nothing.
    checkWritable: () => connection.write(() => undefined),
    sql: createSqlDatabase(connection),
    close: () => {
      connection.close(ownsDatabase)
      return Promise.resolve()
    },
  }
}
