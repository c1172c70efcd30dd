import { knownSince, sessionsIn, type ClientEvent } from '../events/client-event.js'

/** Which of the two clocks moves: what was true (`asOf`), or what was known (`knownAt`). */
export type MovingClock = 'asOf' | 'knownAt'

/** A moment at which a clock passes events. */
export interface Step {
  /** Epoch milliseconds. */
  readonly at: number
  /** The events that take part from then on, by their places, in ascending order. */
  readonly places: ReadonlyArray<number>
}

const momentsOf = (event: ClientEvent, clock: MovingClock): ReadonlyArray<number> =>
  clock === 'knownAt'
    ? [knownSince(event)]
    : [event.data.updated_at, ...sessionsIn(event).map(({ updated_at }) => updated_at)]

/** The moments at which a clock passes one event after the other, in ascending order. */
export const stepsOf = (
  events: ReadonlyArray<ClientEvent>,
  clock: MovingClock,
): ReadonlyArray<Step> => {
  const steps = new Map<number, Set<number>>()
  events.forEach((event, place) => {
    for (const at of momentsOf(event, clock)) steps.set(at, (steps.get(at) ?? new Set()).add(place))
  })
  return Array.from(steps, ([at, places]) => ({ at, places: [...places] })).sort(
    (left, right) => left.at - right.at,
  )
}

/** The index of the last step at or before a moment; -1 before the first one. */
export const stepIndexAt = (steps: ReadonlyArray<Step>, moment: number): number =>
  steps.findLastIndex(({ at }) => at <= moment)
