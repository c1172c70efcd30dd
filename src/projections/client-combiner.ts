import { compact } from '../domain/compact.js'
import type { ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import { clientAsOf } from './client-query.js'

/**
 * The four functions by which batch engines combine values in parts, on many machines, in any order: a
 * `CombineFn` of Apache Beam, an `Aggregator` of Apache Spark.
 */
export interface Combiner<Input, Accumulator, Output> {
  /** The accumulator before any input. */
  readonly create: () => Accumulator
  readonly add: (accumulator: Accumulator, input: Input) => Accumulator
  /** Joins two accumulators of one key. */
  readonly merge: (left: Accumulator, right: Accumulator) => Accumulator
  readonly extract: (accumulator: Accumulator) => Output
}

/** How many events are added to an accumulator before it is compacted: this shares the cost among them. */
const EVENTS_BETWEEN = 64

/**
 * Combines the events of one client into the documented Client, or null if there was no event. The key is
 * the client id. An accumulator is a compacted log: an array of events, which is plain JSON, so any
 * engine can store it and send it; it grows with the sessions, not with the events. The statuses read as recorded.
 *
 * @example
 * import { clientIdOf } from 'clientfold'
 * import { clientCombiner } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const { create, add, merge, extract } = clientCombiner
 * const own = exampleEvents.filter((event) => clientIdOf(event) === 'client_grace_phone')
 * const [one, other] = [own.slice(0, 2), own.slice(1)].map((part) => part.reduce(add, create()))
 * extract(merge(one ?? [], other ?? []))?.session_ids // => ['sess_grace_1', 'sess_grace_2']
 */
export const clientCombiner: Combiner<ClientEvent, ReadonlyArray<ClientEvent>, Client | null> = {
  create: () => [],
  add: (events, event) => {
    const more = [...events, event]
    return more.length % EVENTS_BETWEEN === 0 ? compact(more) : more
  },
  merge: (left, right) => compact([...left, ...right]),
  extract: (events) => clientAsOf(events, {}),
}
