import { EVENT_KEYS } from './client-event-codec.js'
import type { ClientEvent } from './client-event.js'
import { encodeEvent } from './encode-event.js'

/** The keys that count. When an event was recorded belongs to the log, not to the event. */
const COMPARED_KEYS = EVENT_KEYS.filter((key) => key !== 'recorded_at')

/**
 * Whether two events that came under one id are the same event: every key that both of them have is
 * equal. `type` and `data` are always there. A key that only one of them has is no difference, because
 * older versions of Clerk's SDK drop `timestamp` and `instance_id` when they parse a delivery.
 *
 * It is reflexive and symmetric, but not transitive: an event without `timestamp` is the same as two
 * events that differ in it. So the first event that was written stays, and decides.
 *
 * @example
 * import { isSameEvent } from 'clientfold/algebra'
 * import { exampleEvents } from 'clientfold/testing'
 * const [event] = exampleEvents
 * if (event !== undefined) {
 *   const { timestamp, ...parsed } = event
 *   isSameEvent(event, parsed) // => true
 *   isSameEvent(event, { ...event, timestamp: 1779955320401 }) // => false
 * }
 */
export const isSameEvent = (left: ClientEvent, right: ClientEvent): boolean => {
  const [one, other] = [encodeEvent(left), encodeEvent(right)] as [
    Readonly<Record<string, unknown>>,
    Readonly<Record<string, unknown>>,
  ]
  return COMPARED_KEYS.every(
    (key) =>
      one[key] === undefined ||
      other[key] === undefined ||
      JSON.stringify(one[key]) === JSON.stringify(other[key]),
  )
}
