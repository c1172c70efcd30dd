import { setTimeout as pause } from 'node:timers/promises'
import type { StorageKey } from '../kit/storage-key.js'
import type { PlannedReduction, ReductionCounts, ReductionRequest } from '../kit/store-engine.js'
import type { Connection } from './connection.js'
import { applyErasure, readEvents } from './erase.js'
import { keysIn } from './keys.js'
import { storedHashOf } from './reducing-statements.js'
import type { Statements } from './statements.js'

/** A transaction takes no further client after this time. Everything else that writes waits for it. */
const TRANSACTION_MILLISECONDS = 8

/** The keys of all clients, in pages. */
export async function* readClientKeyPages(
  connection: Connection,
  { reducing: { clientKeysFrom } }: Statements,
): AsyncGenerator<ReadonlyArray<StorageKey>, void> {
  for (let next = ''; ;) {
    const keys = await connection.read(() => keysIn(clientKeysFrom(next)))
    const last = keys.at(-1)
    if (last === undefined) return
    yield keys
    // The next possible key: no key holds a control character.
    next = `${last}\u0001`
  }
}

/** Reduces one client within a transaction, and answers how many events were changed. */
const reduceClient = (
  statements: Statements,
  clientKey: StorageKey,
  reduction: PlannedReduction,
  { isLoss, notedAt, lastErasure }: ReductionRequest,
): number => {
  const { erasing, reducing } = statements
  const { tombstones, eventHashes, erasure, count, lastRevision, planAgain } = reduction
  for (const tombstone of tombstones) erasing.putTombstone.run(tombstone, notedAt)
  if (eventHashes.length > 0) {
    reducing.insertDropped.run(JSON.stringify(eventHashes.map(storedHashOf)))
  }
  const now = reducing.clientNow(clientKey, lastErasure, erasure.clientHash ?? '')
  const isUnchanged = now.count === count && now.last === lastRevision && !now.isErased
  const plan = isUnchanged ? erasure : planAgain(readEvents(statements, clientKey))
  applyErasure(statements, clientKey, plan, { isWhole: false, isLoss })
  return plan.deleted.length + plan.rewritten.length
}

/**
 * Reduces clients in short transactions. Between two of them, it leaves the file to others for as long as
 * it held it: other processes look for a free file only now and then.
 */
export const reduce = async (
  connection: Connection,
  statements: Statements,
  request: ReductionRequest,
): Promise<ReductionCounts> => {
  const left = [...request.reductions]
  let [clients, events] = [0, 0]
  while (left.length > 0) {
    request.checkOpen()
    let started = 0
    const counts = await connection.write(() => {
      started = performance.now()
      const counts: number[] = []
      for (const [clientKey, reduction] of left) {
        if (counts.length > 0 && performance.now() - started > TRANSACTION_MILLISECONDS) break
        counts.push(reduceClient(statements, clientKey, reduction, request))
      }
      return counts
    })
    left.splice(0, counts.length)
    for (const count of counts) {
      events += count
      if (count > 0) clients += 1
    }
    await pause(performance.now() - started)
  }
  return { clients, events }
}
