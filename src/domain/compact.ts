import {
  clientIdOf,
  knownSince,
  saidAt,
  sessionsIn,
  type ClientEvent,
} from '../events/client-event.js'
import { emptyCover, irredundantEvents, putEvent, type EventCover } from './event-cover.js'

/**
 * True if an event belongs to the time up to a moment: it was said, updated and recorded at or before it,
 * and so was every session in it. A view at or above the moment sees all of these events.
 *
 * @param before - epoch milliseconds
 */
export const isSettled = (event: ClientEvent, before: number): boolean =>
  saidAt(event) <= before &&
  knownSince(event) <= before &&
  event.data.updated_at <= before &&
  sessionsIn(event).every(({ updated_at }) => updated_at <= before)

/** A compaction that takes events one by one, in any order: for logs that do not fit into memory. */
export interface CompactionInProgress {
  /**
   * Takes an event. False if it is later than the moment: it is not held, and stays in the log as it is.
   */
  readonly add: (event: ClientEvent) => boolean
  /** What is kept of the events that were taken, in the order in which they came. */
  readonly kept: () => ReadonlyArray<ClientEvent>
}

/**
 * Starts a compaction of events of any number of clients: {@link compact}, event by event. Memory grows
 * with clients and sessions, never with the events.
 *
 * @param before - epoch milliseconds; without it, all events are taken
 * @throws TypeError if the moment is not a finite number.
 * @example
 * import { startCompaction } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const { add, kept } = startCompaction()
 * exampleEvents.forEach(add)
 * kept().length < exampleEvents.length // => true
 */
export const startCompaction = (before?: number): CompactionInProgress => {
  if (before !== undefined && !Number.isFinite(before)) {
    throw new TypeError('the moment of a compaction must be a number of epoch milliseconds')
  }
  const covers = new Map<string, EventCover>()
  let place = 0
  const add = (event: ClientEvent): boolean => {
    if (before !== undefined && !isSettled(event, before)) return false
    const id = clientIdOf(event)
    let cover = covers.get(id)
    if (cover === undefined) covers.set(id, (cover = emptyCover()))
    putEvent(cover, { event, place: place++ })
    return true
  }
  const kept = (): ReadonlyArray<ClientEvent> =>
    Array.from(covers.values(), irredundantEvents)
      .flat()
      .sort((left, right) => left.place - right.place)
      .map(({ event }) => event)
  return { add, kept }
}

/**
 * A smaller log with the same fold. The events that were said, updated and recorded at or before a moment
 * are replaced by a few of them: for each client, events that carry the greatest version of each session,
 * the greatest observation, the least `created_at` and the greatest `updated_at`, and no event that can be
 * left out (a join decomposition: Enes et al., ICDE 2019). Later events stay. Every view with `asOf` and
 * `knownAt` at or above the moment stays the same, byte for byte; views below it lose what was dropped.
 *
 * Which events are kept does not depend on their order. They keep the order that they have.
 *
 * @param events - of any number of clients, in any order, with any duplicates
 * @param before - epoch milliseconds; without it, all events are compacted, and only the view of now is kept
 * @throws TypeError if the moment is not a finite number.
 * @example
 * import { clientIdOf, foldClient } from 'clientfold'
 * import { compact, stateText } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const own = exampleEvents.filter((event) => clientIdOf(event) === 'client_ada_laptop')
 * compact(own).length < own.length // => true
 * stateText(foldClient(compact(own))) // => stateText(foldClient(own))
 */
export const compact = (
  events: Iterable<ClientEvent>,
  before?: number,
): ReadonlyArray<ClientEvent> => {
  const { add, kept } = startCompaction(before)
  const log = [...events]
  const later = new Set<number>()
  log.forEach((event, index) => {
    if (!add(event)) later.add(index)
  })
  const left = new Set(kept())
  // An event object that stands in the log twice is kept once.
  return log.filter((event, index) => later.has(index) || left.delete(event))
}
