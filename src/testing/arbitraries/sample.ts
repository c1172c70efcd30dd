import fc from 'fast-check'
import type { ClientEvent } from '../../events/client-event.js'
import type { LawSample } from '../laws.js'
import { arbitraryStory } from '../stories/arbitrary-story.js'
import { decodedEventOf } from '../stories/story-bodies.js'
import type { Story } from '../stories/story.js'
import { arbitraryEvent } from './event.js'
import { arbitraryTime } from './session.js'

type Events = Pick<LawSample, 'events' | 'deliveries'>

/** The delivered events of a story, as events of one client. */
const eventsOfStory = ({ events, deliveries }: Story, clientId: string): Events => {
  const nameOf = (id: string): string => (id === 'client_1' ? clientId : id)
  const decoded = events.map((event) => decodedEventOf(event, nameOf))
  const delivered = deliveries.flatMap((place) => decoded[place] ?? [])
  const isDelivered = new Set(delivered)
  return { events: decoded.filter((event) => isDelivered.has(event)), deliveries: delivered }
}

interface DeliveredEvent {
  readonly event: ClientEvent
  /** For each delivery, how many events late it comes. */
  readonly delays: ReadonlyArray<number>
}

const eventsOf = (items: ReadonlyArray<DeliveredEvent>): Events => ({
  events: items.map(({ event }) => event),
  deliveries: items
    .flatMap(({ event, delays }, place) => delays.map((late) => ({ event, due: place + late })))
    .sort((left, right) => left.due - right.due)
    .map(({ event }) => event),
})

/**
 * Samples for the laws of a fold: stories of one client, and arbitrary events.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryLawSample, brokenLaws, clientfoldSubject } from 'clientfold/testing'
 * fc.assert(
 *   fc.property(arbitraryLawSample(), (sample) => brokenLaws(clientfoldSubject, sample).length === 0),
 * )
 */
export const arbitraryLawSample = (clientId = 'client_1'): fc.Arbitrary<LawSample> => {
  const stories = arbitraryStory({ clients: 1, observations: true }).map((story) =>
    eventsOfStory(story, clientId),
  )
  const delivered = fc.record({
    event: arbitraryEvent({ clientId }),
    delays: fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 3 }),
  })
  const events = fc.oneof(stories, fc.array(delivered, { maxLength: 10 }).map(eventsOf))
  const clocks = fc
    .array(arbitraryTime(), { maxLength: 3 })
    .map((times) => times.sort((left, right) => left - right))
  return fc
    .record({ events, clocks })
    .map((sample) => ({ ...sample.events, clocks: sample.clocks }))
}
