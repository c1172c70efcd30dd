import { planErasure, type ErasureSubject } from './client-erasure.js'
import { removeMentioning } from './quarantine.js'
import { createQueue, type Queue } from './queue.js'
import { keyOf, tombstoneOf } from './storage-key.js'
import type { StoreEngine } from './store-engine.js'

/** Erases one subject after the other, and afterwards the quarantined deliveries that mention it. */
export const createEraser = (
  engine: StoreEngine,
  now: () => number,
): Queue<ErasureSubject, number> =>
  createQueue(
    async (subjects) => {
      const counts: number[] = []
      for (const subject of subjects) {
        counts.push(
          await engine.erase({
            kind: subject.kind,
            key: keyOf(subject.id),
            tombstone: tombstoneOf(subject.kind, subject.id),
            // A session of this very millisecond is erased too.
            erasedAt: now() + 1,
            plan: (clientKey, events) => planErasure(subject, clientKey, events),
          }),
        )
        // After the tombstone: a delivery that is tried again meanwhile is refused.
        await removeMentioning(engine.quarantine, subject.id)
        // Last: an erasure that fails half-way stays scheduled.
        if (subject.kind === 'user') await engine.pendingErasures.remove(keyOf(subject.id))
      }
      return counts
    },
    { groupWeight: 1 },
  )
