import type { Append } from '../kit/appends.js'
import type { GroupLimits } from '../kit/queue.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { StoreEngine } from '../kit/store-engine.js'
import { createAppender, MOST_EVENTS } from './append.js'
import { createBackup, raiseFact, readFact } from './backup.js'
import { readHorizon } from './client-state.js'
import { createConsumers } from './consumers.js'
import { readClientKeys } from './client-keys.js'
import { diagnoseJetStream } from './diagnose.js'
import { createEraser } from './erase.js'
import { readErasures } from './erasures.js'
import { createLookUp } from './links.js'
import { readClientMessages, readPages, storedEventOf, type Log } from './log.js'
import { createPendingErasureEngine } from './pending-erasures.js'
import { createQuarantineEngine } from './quarantine.js'
import { createReducer } from './reduce.js'
import { createScrubber } from './scrub.js'
import { notesStreamOf, tokenOf } from './subjects.js'

/** One group at a time: two groups that write to one client would disturb each other. */
const GROUP_LIMITS: GroupLimits<ReadonlyArray<Append>> = {
  groupWeight: MOST_EVENTS / 2,
  longestWaitMilliseconds: 5000,
  weightOf: (appends) => appends.reduce((events, { records }) => events + records.length, 0),
}

const COMPACTED_BEFORE = 'compacted_before'
const CLIENTS = 200

const readClient =
  (log: Log): StoreEngine['readClient'] =>
  async (clientKey, fromRevision, clientHash) => {
    const { events } = await readClientMessages(log, tokenOf(clientKey))
    return {
      events: events
        .filter(({ revision }) => !(revision < fromRevision))
        .map(storedEventOf(log.life)),
      // After the events: a horizon is noted before something goes.
      horizon: await readHorizon(log, clientHash()),
    }
  }

/** An engine on the streams of a store. */
export const createJetStreamEngine = (log: Log): StoreEngine => {
  const { connection, stream, subjects, life, notes } = log
  const lookUp = createLookUp(log)
  return {
    groupLimits: GROUP_LIMITS,
    write: createAppender(log),
    readClient: readClient(log),
    readOneEventOfEach: async (clientKeys) => {
      const clients = await Promise.all(
        clientKeys.map((key) => readClientMessages(log, tokenOf(key))),
      )
      return clients.flatMap(({ events }) => events.slice(0, 1).map(storedEventOf(life)))
    },
    pages: (request) => readPages(log, request),
    logEnd: async () => {
      const last = await connection.lastOn(stream, subjects.allClients)
      const position = life.positionOf(last?.seq ?? 0)
      return { position, marker: position }
    },
    clientKeys: () => readClientKeys(log),
    clientKeysOfUser: (userKey) => lookUp('u', userKey),
    clientKeysOfSession: (sessionKey) => lookUp('s', sessionKey),
    // The key of an event stands nowhere beside the event.
    eventKeys: () => Promise.resolve(new Map()),
    // A link that no event needs does no harm: the events that it leads to are read.
    countLookUp: () => Promise.resolve(0),
    lookUpPages: async function* () {
      // No rows.
    },
    quarantine: createQuarantineEngine(notes),
    backup: createBackup(log),
    pendingErasures: createPendingErasureEngine(notes),
    erase: createEraser(log),
    clientKeyPages: async function* () {
      const keys: ReadonlyArray<StorageKey> = await readClientKeys(log)
      for (let start = 0; start < keys.length; start += CLIENTS) {
        yield keys.slice(start, start + CLIENTS)
      }
    },
    reduce: createReducer(log),
    compactedBefore: () => readFact(log, COMPACTED_BEFORE),
    raiseCompactedBefore: (moment) => raiseFact(log, COMPACTED_BEFORE, moment),
    scrub: createScrubber(connection, [stream, notesStreamOf(stream)]),
    erasures: (after, limit) => readErasures(log, after, limit),
    checkWritable: async () => {
      await connection.info(stream)
    },
    diagnose: () => diagnoseJetStream(log, [stream, notesStreamOf(stream)]),
    consumers: createConsumers(log),
    notifications: {
      listen: (wake) => {
        connection.listen(subjects.wake, wake)
      },
      notify: () => {
        connection.signal(subjects.wake)
      },
    },
    close: () => connection.close(),
  }
}
