import { compact } from '../../domain/compact.js'
import { eventIdentity } from '../../events/encode-event.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { planDeletion } from './client-erasure.js'
import type { Decide } from './client-reduction.js'
import { droppedHashOf } from './dropped-hash.js'

/**
 * The events of a client that a compaction drops: those that `compact` drops, without the last one. Its
 * revision stays the client's revision, so that expectations hold that were true before. It also is what
 * tells a reader that nothing vanished from the end.
 *
 * @param recorded - all events of the client, in the order of their revisions
 */
export const droppedOf = (
  recorded: ReadonlyArray<RecordedEvent>,
  before: number,
): ReadonlyArray<RecordedEvent> => {
  const last = recorded.at(-1)
  let kept: ReadonlyArray<RecordedEvent> = recorded
  for (;;) {
    const left = new Set(
      compact(
        kept.map(({ event }) => event),
        before,
      ),
    )
    const next = kept.filter((each) => each === last || left.has(each.event))
    // Beside a last event that carries nothing of its own, others can have become superfluous.
    const isStable = last === undefined || left.has(last.event) || next.length === kept.length
    kept = next
    if (isStable) break
  }
  const present = new Set(kept)
  return recorded.filter((each) => !present.has(each))
}

const hashOf = ({ event }: RecordedEvent): string => droppedHashOf(eventIdentity(event))

/** Decides what a compaction before a moment drops of a client. */
export const compactionBefore =
  (before: number): Decide =>
  (clientKey, recorded) => {
    const dropped = droppedOf(recorded, before)
    if (dropped.length === 0) return null
    const eventHashes = dropped.map(hashOf)
    const noted = new Set(eventHashes)
    // Only what was archived and noted: an event that came since is for the next compaction.
    const revisionsIn = (present: ReadonlyArray<RecordedEvent>): ReadonlySet<number> =>
      new Set(
        (present === recorded ? dropped : droppedOf(present, before))
          .filter((each) => present === recorded || noted.has(hashOf(each)))
          .map(({ revision }) => revision),
      )
    return {
      tombstones: [],
      eventHashes,
      archived: dropped,
      sessions: 0,
      plan: (present) => planDeletion(revisionsIn(present), clientKey, present),
    }
  }
