import type { Append } from '../kit/appends.js'
import type { GroupLimits } from '../kit/queue.js'
import type { StoreEngine } from '../kit/store-engine.js'
import { createAppender } from './append.js'
import { createPostgresBackup } from './backup.js'
import { readBlockingTransaction } from './blocking-transaction.js'
import type { Database } from './connection.js'
import { raiseFact, readFact } from './dropped.js'
import { diagnosePostgres } from './diagnose.js'
import { createEraser, SETTINGS } from './erase.js'
import { countLookUp, readEventKeys, readLookUpPages } from './check.js'
import { readClientKeys, readLookUp } from './look-ups.js'
import { createNotifications } from './notifications.js'
import type { Life } from './life.js'
import type { PostgresSettings } from './options.js'
import { createPendingErasureEngine } from './pending-erasures.js'
import { createQuarantineEngine } from './quarantine.js'
import { readClient, readLogEnd, readOneEventOfEach, readPages } from './read.js'
import { checkWritable } from './check-writable.js'
import { createReducer, readClientKeyPages } from './reduce.js'
import { createScrubber } from './scrub.js'
import { createSqlDatabase } from './sql.js'
import { readErasures } from './tombstones.js'

/** Enough groups to keep the server and this process busy at the same time. */
const GROUP_LIMITS: GroupLimits<ReadonlyArray<Append>> = {
  groupsAtOnce: 3,
  groupWeight: 200,
  longestWaitMilliseconds: 5000,
  weightOf: (appends) => appends.reduce((events, { records }) => events + records.length, 0),
}

/** An engine on a schema that holds a store. */
export const createPostgresEngine = (
  database: Database,
  life: Life,
  { pool, schema, hasTimeout, endPool }: PostgresSettings,
): StoreEngine => {
  const { query } = database
  const notifications = createNotifications(pool, query, schema)
  return {
    groupLimits: GROUP_LIMITS,
    write: createAppender(database, schema, life),
    readClient: (clientKey, fromRevision, clientHash) =>
      readClient(query, schema, life, { clientKey, fromRevision, clientHash: clientHash() }),
    readOneEventOfEach: (clientKeys) => readOneEventOfEach(query, schema, life, clientKeys),
    pages: (request) => readPages(query, schema, life, request),
    logEnd: () => readLogEnd(query, schema, life),
    heldBackBy: () => readBlockingTransaction(query, schema),
    clientKeys: () => readClientKeys(query, schema),
    clientKeysOfUser: (userKey) => readLookUp(query, schema, 'user_clients', userKey),
    clientKeysOfSession: (sessionKey) => readLookUp(query, schema, 'session_clients', sessionKey),
    eventKeys: (clientKey) => readEventKeys(query, schema, clientKey),
    countLookUp: (lookUp) => countLookUp(query, schema, lookUp),
    lookUpPages: (lookUp) => readLookUpPages(query, schema, lookUp),
    quarantine: createQuarantineEngine(query, schema),
    backup: createPostgresBackup(database, schema, life),
    pendingErasures: createPendingErasureEngine(query, schema),
    erase: createEraser(database, schema),
    clientKeyPages: () => readClientKeyPages(query, schema),
    reduce: createReducer(database, schema),
    compactedBefore: () => readFact(query, schema, 'compacted_before'),
    raiseCompactedBefore: (moment) =>
      database.transaction(async (inside) => {
        await inside(SETTINGS)
        await raiseFact(inside, schema, 'compacted_before', moment)
      }),
    scrub: createScrubber(database, schema, hasTimeout),
    erasures: (after, limit) => readErasures(query, schema, after, limit),
    checkWritable: () => checkWritable(query, schema),
    diagnose: () => diagnosePostgres(query, schema),
    notifications,
    sql: createSqlDatabase(database, schema),
    close: async () => {
      await notifications.stop()
      await endPool()
    },
  }
}
