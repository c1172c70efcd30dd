import { setImmediate } from 'node:timers/promises'
import type { StoreCompactionOptions, ForgettingResult } from '../../event-store/compaction.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { CorruptRecord } from '../../event-store/store-error.js'
import { readClientRows, readRowsOf } from './client-rows.js'
import { NO_CHANGES, type ClientReduction, type Decide } from './client-reduction.js'
import { readAllSound } from './event-record.js'
import type { StorageKey } from './storage-key.js'
import type { PlannedReduction, ReductionRequest, StoreEngine } from './store-engine.js'

/** What a compaction or a forgetting does to all clients. */
export interface ReductionWork extends Pick<ReductionRequest, 'isLoss' | 'notedAt'> {
  readonly decide: Decide
  /** Throws `StoreUnavailable` once the store is closed. */
  readonly checkOpen: () => void
}

/** The events of a client; null if one of them is damaged or missing. */
const readSound = async (
  engine: StoreEngine,
  clientKey: StorageKey,
): Promise<ReadonlyArray<RecordedEvent> | null> => {
  try {
    return readClientRows(clientKey, 1, await readRowsOf(engine, clientKey))
  } catch (error) {
    if (error instanceof CorruptRecord) return null
    throw error
  }
}

/**
 * Plans while nothing is locked. Under the lock the plan only has to be made again if the client has changed.
 */
const plannedOf = (
  clientKey: StorageKey,
  reduction: ClientReduction,
  recorded: ReadonlyArray<RecordedEvent>,
): PlannedReduction => ({
  ...reduction,
  erasure: reduction.plan(recorded),
  count: recorded.length,
  lastRevision: recorded.at(-1)?.revision ?? 0,
  planAgain: (stored) => {
    const present = readAllSound(stored, clientKey)
    return present === null ? NO_CHANGES : reduction.plan(present)
  },
})

/**
 * Reduces all clients, one after the other. For each page of clients, it reads them without a lock,
 * decides, has the events archived, and then lets the engine lock, look again and delete. It can be ended
 * at any point, and called again.
 */
export const reduceClients = async (
  engine: StoreEngine,
  { decide, isLoss, notedAt, checkOpen }: ReductionWork,
  { archive, signal, onProgress }: StoreCompactionOptions,
): Promise<ForgettingResult> => {
  let [seen, clients, events, sessions, damaged] = [0, 0, 0, 0, 0]
  for await (const keys of engine.clientKeyPages()) {
    const reductions = new Map<StorageKey, PlannedReduction>()
    const archived: RecordedEvent[] = []
    let forgotten = 0
    const { last: lastErasure } = await engine.erasures(undefined, 0)
    for (const key of keys) {
      if (signal?.aborted === true) break
      checkOpen()
      const recorded = await readSound(engine, key)
      if (recorded === null) damaged += 1
      else {
        const reduction = decide(key, recorded)
        if (reduction !== null) {
          reductions.set(key, plannedOf(key, reduction, recorded))
          for (const each of reduction.archived) archived.push(each)
          forgotten += reduction.sessions
        }
      }
      seen += 1
      // A driver that works in this thread would keep everything else waiting.
      await setImmediate()
    }
    if (archived.length > 0) await archive?.(archived)
    if (reductions.size > 0) {
      const counts = await engine.reduce({ reductions, lastErasure, isLoss, notedAt, checkOpen })
      clients += counts.clients
      events += counts.events
      sessions += forgotten
    }
    onProgress?.({ clients: seen, events })
    if (signal?.aborted === true) break
  }
  return { clients, events, sessions, damaged }
}
