import type { EventStore } from '../event-store/event-store.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import type { CorruptRecord } from '../event-store/store-error.js'
import type { CommitPlace } from './commit-place.js'

/** How many events a batch has at most. */
const BATCH = 200

/** What was committed to a store. */
export interface CommitBatch {
  readonly events: ReadonlyArray<RecordedEvent>
  /** The hashes of clients that lost something by erasures. */
  readonly lost: ReadonlyArray<string>
  /** The damaged records that stand between the events. */
  readonly damages: ReadonlyArray<CorruptRecord>
  /** Where to go on after this batch. */
  readonly place: CommitPlace
  /** Whether nothing more was committed when the store was looked at. */
  readonly isCaughtUp: boolean
  /** When the store was looked at, by `performance.now()`. */
  readonly lookedAt: number
  /** When the events had been read. A client that is read from then on has all of them. */
  readonly readAt: number
}

/**
 * Reads what is committed to a store, at once: no event waits for an older transaction. So the order is not
 * the total order, and what lies above the oldest open transaction comes again until it is settled. It
 * ends at the signal, and with the first failure.
 *
 * A batch comes after each look at the store, also if nothing was committed. What is committed after a look
 * comes in the batches of later looks, also if it came already.
 */
export async function* readCommits(
  store: EventStore,
  from: CommitPlace,
  signal: AbortSignal | undefined,
): AsyncGenerator<CommitBatch, void> {
  const isOver = (): boolean => signal?.aborted === true
  let place = from
  let marker: string | undefined
  let seen = await store.nextCommit()
  while (!isOver()) {
    const lookedAt = performance.now()
    let events: RecordedEvent[] = []
    let damages: CorruptRecord[] = []
    const batch = (isCaughtUp: boolean, lost: ReadonlyArray<string> = []): CommitBatch => ({
      ...{ events, lost, damages, place, isCaughtUp, lookedAt },
      readAt: performance.now(),
    })
    // The end is taken before the reading: an event that commits meanwhile can have a place before its last one.
    const [end, erasures] = await Promise.all([store.logEnd(), store.erasures(place.erasures)])
    if (erasures.clients.length > 0) {
      place = { ...place, erasures: erasures.last }
      yield batch(false, erasures.clients)
      continue
    }
    if (end.marker !== marker) {
      const onDamage = (damage: CorruptRecord): void => {
        damages.push(damage)
      }
      for await (const recorded of store.readAll({ after: place.after, signal, onDamage })) {
        if (events.length === BATCH) {
          yield batch(false)
          events = []
          damages = []
        }
        events.push(recorded)
        if (events.length < BATCH) continue
        place = { ...place, after: recorded.position, next: place.next ?? end.position }
      }
      if (isOver()) return
    }
    const isCaughtUp = place.next === undefined
    place = { after: place.next ?? end.position, erasures: place.erasures }
    yield batch(isCaughtUp)
    if (!isCaughtUp) continue
    marker = end.marker
    seen = await store.nextCommit(seen, signal)
  }
}
