import type { ReductionCounts, ReductionRequest } from '../kit/store-engine.js'
import { eraseFrom } from './erase.js'
import type { MemoryTables } from './schema.js'

/** Reduces clients. */
export const reduce = (
  tables: MemoryTables,
  { reductions, isLoss, notedAt }: ReductionRequest,
): ReductionCounts => {
  let [clients, events] = [0, 0]
  for (const [clientKey, { tombstones, eventHashes, planAgain }] of reductions) {
    for (const tombstone of tombstones) {
      tables.tombstones.set(tombstone, Math.max(notedAt, tables.tombstones.get(tombstone) ?? 0))
    }
    for (const hash of eventHashes) tables.dropped.add(hash)
    const { deleted, rewritten } = eraseFrom(tables, clientKey, {
      plan: (_key, stored) => planAgain(stored),
      isLoss,
    })
    const count = deleted.length + rewritten.length
    events += count
    if (count > 0) clients += 1
  }
  return { clients, events }
}
