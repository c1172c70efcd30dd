import { compact, isSettled } from '../domain/compact.js'
import { foldDevices } from '../domain/device-states.js'
import { fold } from '../domain/fold.js'
import { stateText } from '../domain/state-text.js'
import type { ClientEvent } from '../events/client-event.js'
import { eventText } from '../events/encode-event.js'
import { toClient } from '../projections/client.js'
import { projectionOf, type ClientQuery } from '../projections/client-query.js'
import type { LawSample } from './laws.js'

/** A compaction of a log, in any implementation: `compact` of this package, or that of a store. */
export type Compaction = (
  events: ReadonlyArray<ClientEvent>,
  before?: number,
) => ReadonlyArray<ClientEvent>

/** A sentence that is true of a correct compaction, for every sample. Its events may be of any clients. */
export interface CompactionLaw {
  readonly name: string
  readonly holds: (compaction: Compaction, sample: LawSample) => boolean
}

type Events = ReadonlyArray<ClientEvent>

/** No moment, and each of the clocks of the sample: the moments up to which a law compacts. */
const momentsOf = ({ clocks }: LawSample): ReadonlyArray<number | undefined> => [
  undefined,
  ...clocks,
]

/** Views at or above a moment: of now, as of later moments, as known at later moments, and both. */
export const queriesFrom = (
  before: number | undefined,
  { clocks }: LawSample,
): ReadonlyArray<ClientQuery> => {
  const ofNow: ReadonlyArray<ClientQuery> = [{}, ...clocks.map((at) => ({ at }))]
  if (before === undefined) return ofNow
  const later = [before, ...clocks.filter((clock) => clock > before)]
  return [
    ...ofNow,
    ...later.flatMap((moment) => [
      { asOf: moment },
      { knownAt: moment },
      { asOf: moment, knownAt: before },
      { asOf: before, knownAt: moment },
    ]),
  ]
}

/** What is known about devices, in an order that the order of the events does not change. */
const factsText = (events: Events, query: ClientQuery = {}): string =>
  JSON.stringify(
    Array.from(foldDevices(events, query).facts, ([clientId, facts]) => [
      clientId,
      ...[...facts].sort(),
    ])
      .map((ofClient) => JSON.stringify(ofClient))
      .sort(),
  )

/** What a view answers: the documented Clients, one line each, and what is known about devices. */
export const linesOf = (events: Events, query: ClientQuery): string =>
  [...fold(events, query)]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, state]) => JSON.stringify(toClient(state, projectionOf(query))))
    .concat(factsText(events, query))
    .join('\n')

/** Everything that the events fold to. */
export const statesText = (events: Events): string =>
  JSON.stringify([...fold(events).values()].map(stateText).sort()) + factsText(events)

const textsOf = (events: Events): ReadonlyArray<string> => events.map(eventText)

const isSameList = (left: ReadonlyArray<string>, right: ReadonlyArray<string>): boolean =>
  JSON.stringify(left) === JSON.stringify(right)

/** The events of a log that a compaction before a moment may replace, and the later ones. */
const settledIn = (events: Events, before: number | undefined): Events =>
  before === undefined ? events : events.filter((event) => isSettled(event, before))
const laterIn = (events: Events, before: number | undefined): Events =>
  before === undefined ? [] : events.filter((event) => !isSettled(event, before))

const without = (events: Events, index: number): Events => events.filter((_, at) => at !== index)

/** What a law tries. */
interface Tried {
  readonly compaction: Compaction
  readonly sample: LawSample
}

/** A law that is tried without a moment, and before each of the clocks of the sample. */
const lawOf = (
  name: string,
  holds: (compacted: Events, events: Events, moment: number | undefined, tried: Tried) => boolean,
): CompactionLaw => ({
  name,
  holds: (compaction, sample) =>
    momentsOf(sample).every((moment) =>
      holds(compaction(sample.events, moment), sample.events, moment, { compaction, sample }),
    ),
})

/** The laws of a compaction, each as a property. */
export const compactionLaws: ReadonlyArray<CompactionLaw> = [
  lawOf(
    'every answer about the moment of a compaction or later stays the same, byte for byte',
    (compacted, events, moment, { sample }) =>
      queriesFrom(moment, sample).every(
        (query) => linesOf(compacted, query) === linesOf(events, query),
      ),
  ),
  lawOf(
    'compaction keeps the state of every client, and what is known about devices',
    (compacted, events, moment) => {
      const settled = settledIn(events, moment)
      return (
        statesText(compacted) === statesText(events) &&
        statesText(settledIn(compacted, moment)) === statesText(settled)
      )
    },
  ),
  lawOf('compacting twice changes nothing more', (compacted, _events, moment, { compaction }) =>
    isSameList(textsOf(compaction(compacted, moment)), textsOf(compacted)),
  ),
  lawOf(
    'parts that are compacted one by one fold to the join of the parts',
    (_compacted, events, moment, { compaction }) => {
      const middle = Math.ceil(events.length / 2)
      const parts = [events.slice(0, middle), events.slice(middle)]
      const joined = parts.flatMap((part) => compaction(part, moment))
      return (
        statesText(joined) === statesText(events) &&
        statesText(compaction(joined, moment)) === statesText(events)
      )
    },
  ),
  lawOf('no event that a compaction keeps can be left out', (compacted, _events, moment) => {
    const settled = settledIn(compacted, moment)
    const whole = statesText(settled)
    return settled.every((_, index) => statesText(without(settled, index)) !== whole)
  }),
  lawOf(
    'events after the moment of a compaction stay as they are, in their order',
    (compacted, events, moment) =>
      isSameList(textsOf(laterIn(compacted, moment)), textsOf(laterIn(events, moment))),
  ),
  lawOf('a compacted log has no event that the log does not have', (compacted, events) => {
    const known = new Set(textsOf(events))
    return textsOf(compacted).every((text) => known.has(text))
  }),
  lawOf(
    'neither order nor duplicates of deliveries change which events are kept',
    (compacted, _events, moment, { compaction, sample }) => {
      const other = compaction(sample.deliveries, moment)
      const [one, two] = [compacted, other].map((log) => textsOf(settledIn(log, moment)))
      return isSameList([...(one ?? [])].sort(), [...(two ?? [])].sort())
    },
  ),
]

/**
 * The names of the laws that a compaction breaks on a sample: an empty list, unless it has a defect.
 *
 * @param compaction - `compact` of this package unless given
 * @example
 * import fc from 'fast-check'
 * import { arbitraryLawSample, brokenCompactionLaws } from 'clientfold/testing'
 * const samples = fc.sample(arbitraryLawSample(), 100)
 * samples.flatMap((sample) => brokenCompactionLaws(sample)) // => []
 */
export const brokenCompactionLaws = (
  sample: LawSample,
  compaction: Compaction = compact,
): ReadonlyArray<string> =>
  compactionLaws.filter(({ holds }) => !holds(compaction, sample)).map(({ name }) => name)
