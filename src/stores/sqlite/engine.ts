import type { Append } from '../kit/appends.js'
import type { GroupLimits } from '../kit/queue.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { StoreEngine } from '../kit/store-engine.js'
import { writeAppends } from './append.js'
import { createSqliteBackup } from './backup.js'
import { bytesOf, type Blob } from './blob.js'
import { readLookUp } from './look-up-pages.js'
import type { Connection } from './connection.js'
import { diagnoseSqlite } from './diagnose.js'
import { erase, readErasures, scrub } from './erase.js'
import { createPendingErasureEngine } from './pending-erasures.js'
import { createQuarantineEngine } from './quarantine.js'
import { keysIn, readClientKeys } from './keys.js'
import { createNotifications } from './notifications.js'
import { lastPosition, readLife } from './position.js'
import { readClient, readFirstEvent, readPages } from './read.js'
import { readClientKeyPages, reduce } from './reduce.js'
import { createSqlDatabase } from './sql.js'
import { prepareStatements, type Query } from './statements.js'

/**
 * When a group of appends has failed, those that have waited longer than this are not tried: they would
 * wait once more for the same lock, and a sender of a webhook would get no answer in time.
 */
const LONGEST_WAIT_MS = 1000

/**
 * One transaction at a time, as SQLite allows no more. Waiting appends share it, but not a thousand of them:
 * to write them takes this thread too long.
 */
const GROUP_LIMITS: GroupLimits<ReadonlyArray<Append>> = {
  groupWeight: 200,
  longestWaitMilliseconds: LONGEST_WAIT_MS,
  weightOf: (appends) => appends.reduce((events, { records }) => events + records.length, 0),
}

/**
 * An engine on a connection that is set up.
 *
 * @param ownsDatabase - whether `close` also closes the driver's handle
 */
export const createSqliteEngine = (connection: Connection, ownsDatabase: boolean): StoreEngine => {
  const { database } = connection
  const statements = prepareStatements(database)
  const readKeys = (
    query: Query<{ readonly keys: Blob | null }>,
    ...keys: ReadonlyArray<StorageKey>
  ): Promise<ReadonlyArray<StorageKey>> =>
    connection.read(() => query(...keys).flatMap((row) => keysIn(row.keys)))
  const quarantine = createQuarantineEngine(connection, statements)
  const pendingErasures = createPendingErasureEngine(connection)
  const notifications = createNotifications(database)
  let lifeSeen: string | undefined
  /** Read at the first use, because the statement fails while another process holds the file. */
  const life = (): string => (lifeSeen ??= readLife(statements))

  return {
    groupLimits: GROUP_LIMITS,
    write: (appends) => connection.write(() => writeAppends(statements, life(), appends)),
    readClient: (key, fromRevision, hash) =>
      connection.read(() => readClient(database, statements, life(), { key, hash }, fromRevision)),
    readOneEventOfEach: (clientKeys) =>
      connection.read(() => clientKeys.flatMap((key) => readFirstEvent(statements, life(), key))),
    pages: (request) => readPages(connection, statements, request),
    logEnd: async () => {
      // One transaction at a time takes positions and commits, so the last one changes with each commit.
      const position = await connection.read(() => lastPosition(statements))
      return { position, marker: position }
    },
    clientKeys: () => readClientKeys(connection, statements),
    clientKeysOfUser: (userKey) => readKeys(statements.clientKeysOfUser, userKey),
    clientKeysOfSession: (sessionKey) => readKeys(statements.clientKeysOfSession, sessionKey),
    eventKeys: (clientKey) =>
      connection.read(() => {
        const rows = statements.eventKeys(clientKey)
        return new Map(rows.map(({ revision, key }) => [Number(revision), bytesOf(key).toString()]))
      }),
    countLookUp: (lookUp) =>
      connection.read(() => Number(statements.countLookUp[lookUp]()[0]?.count)),
    lookUpPages: (lookUp) => readLookUp(connection, statements, lookUp),
    countFaults: () =>
      connection.read(() => {
        const rows = statements.integrityCheck()
        return rows.filter((row) => !Object.values(row).includes('ok')).length
      }),
    quarantine,
    pendingErasures,
    backup: createSqliteBackup(connection, statements, { quarantine, pendingErasures }),
    erase: (request) => connection.write(() => erase(statements, request)),
    clientKeyPages: () => readClientKeyPages(connection, statements),
    reduce: (request) => reduce(connection, statements, request),
    compactedBefore: () => connection.read(() => statements.reducing.fact('compacted_before')),
    raiseCompactedBefore: (moment) =>
      connection.write(() => {
        statements.reducing.raiseFact.run('compacted_before', moment)
      }),
    scrub: () => scrub(connection),
    erasures: (after, limit) => connection.read(() => readErasures(statements, after, limit)),
    // An empty transaction takes the lock of a writer and syncs nothing.
    checkWritable: () => connection.write(() => undefined),
    diagnose: () => diagnoseSqlite(connection),
    notifications,
    sql: createSqlDatabase(connection),
    close: () => {
      notifications.stop()
      connection.close(ownsDatabase)
      return Promise.resolve()
    },
  }
}
