import * as E from 'fp-ts/lib/Either.js'
import type { ClientEvent } from '../../events/client-event.js'
import { decodeEvent } from '../../events/decode-event.js'
import { OWN_IDS, payloadOf, type Naming } from './payload.js'
import type { Story, StoryEvent } from './story.js'

/** An event of a story as the decoder of this package reads it, under the id of its deliveries. */
export const decodedEventOf = (event: StoryEvent, nameOf: Naming = OWN_IDS): ClientEvent => {
  const decoded = decodeEvent({ ...payloadOf(event, nameOf), id: nameOf(event.id) })
  if (E.isLeft(decoded)) throw new Error('an event of a story cannot be decoded')
  return decoded.right
}

/**
 * The deliveries of a story in their order, as the bodies of webhooks. The id of each delivery is in `id`,
 * where a log keeps it.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryStory, storyBodies } from 'clientfold/testing'
 * const bodies = fc.sample(arbitraryStory(), 100).flatMap(storyBodies)
 * bodies.some((body) => body.includes('session.removed')) // => true
 */
export const storyBodies = ({ events, deliveries }: Story): ReadonlyArray<string> =>
  deliveries.flatMap((place) => {
    const event = events[place]
    return event === undefined ? [] : [JSON.stringify({ ...payloadOf(event), id: event.id })]
  })
