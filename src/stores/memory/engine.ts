import type { LookUpRow } from '../kit/look-ups.js'
import { keyOf } from '../kit/storage-key.js'
import type { StoreEngine } from '../kit/store-engine.js'
import { writeAppends } from './append.js'
import { createMemoryBackup } from './backup.js'
import { erase, readErasures } from './erase.js'
import { createPendingErasureEngine } from './pending-erasures.js'
import { createQuarantineEngine } from './quarantine.js'
import { readPages } from './read.js'
import { reduce } from './reduce.js'
import { createTables, type LookUp, type MemoryTables } from './schema.js'

const rowsOf = (lookUp: LookUp): ReadonlyArray<LookUpRow> =>
  [...lookUp].flatMap(([key, clientKeys]) =>
    Array.from(clientKeys, (clientKey): LookUpRow => [key, clientKey]),
  )

/**
 * An engine over tables in memory. Each operation is done within one turn of the event loop.
 *
 * @example
 * import { createMemoryEngine, createTables } from 'clientfold/store-engine'
 * const tables = createTables()
 * await createMemoryEngine(tables).raiseCompactedBefore(1779955200000)
 * tables.compactedBefore // => 1779955200000
 */
export const createMemoryEngine = (tables: MemoryTables = createTables()): StoreEngine => {
  const { eventsOfClient, sessionClients, userClients } = tables
  const lookUps = { sessions: sessionClients, users: userClients }
  return {
    // Without `groupLimits`: there is no disk, so a shared write would save nothing.
    write: (appends) => Promise.resolve(writeAppends(tables, appends)),
    readClient: (clientKey, fromRevision, clientHash) =>
      Promise.resolve({
        events: (eventsOfClient.get(clientKey) ?? []).filter(
          ({ revision }) => revision >= fromRevision,
        ),
        horizon: tables.horizons.get(clientHash()) ?? 0,
      }),
    readOneEventOfEach: (clientKeys) =>
      Promise.resolve(clientKeys.flatMap((key) => eventsOfClient.get(key)?.slice(0, 1) ?? [])),
    pages: (request) => readPages(tables, request),
    logEnd: () => {
      const position = String(tables.lastPosition)
      return Promise.resolve({ position, marker: position })
    },
    clientKeys: () => Promise.resolve([...eventsOfClient.keys()]),
    clientKeysOfUser: (userKey) => Promise.resolve([...(userClients.get(userKey) ?? [])]),
    clientKeysOfSession: (sessionKey) =>
      Promise.resolve([...(sessionClients.get(sessionKey) ?? [])]),
    eventKeys: (clientKey) =>
      Promise.resolve(
        new Map(
          eventsOfClient.get(clientKey)?.map(({ revision, eventId }) => [revision, keyOf(eventId)]),
        ),
      ),
    countLookUp: (lookUp) => Promise.resolve(rowsOf(lookUps[lookUp]).length),
    lookUpPages: async function* (lookUp) {
      yield await Promise.resolve(rowsOf(lookUps[lookUp]))
    },
    quarantine: createQuarantineEngine(tables),
    pendingErasures: createPendingErasureEngine(tables),
    erase: (request) => Promise.resolve(erase(tables, request)),
    clientKeyPages: async function* () {
      yield await Promise.resolve([...eventsOfClient.keys()])
    },
    reduce: (request) => Promise.resolve(reduce(tables, request)),
    compactedBefore: () => Promise.resolve(tables.compactedBefore),
    raiseCompactedBefore: (moment) => {
      tables.compactedBefore = Math.max(moment, tables.compactedBefore ?? moment)
      return Promise.resolve()
    },
    backup: createMemoryBackup(tables),
    // There are no files.
    scrub: () => Promise.resolve(),
    erasures: (after, limit) => Promise.resolve(readErasures(tables, after, limit)),
    close: () => Promise.resolve(),
  }
}
