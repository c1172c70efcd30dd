import type { Moments } from '../domain/fold.js'
import { isTravelling } from '../projections/client-query.js'
import type { EventStore } from '../event-store/event-store.js'

const isBelow = (moment: number | undefined, horizon: number): boolean =>
  moment !== undefined && moment < horizon

/**
 * The question is about a moment before the horizon: the store was compacted, and the events that could
 * answer the question are gone. Ask for the horizon or a later moment.
 */
export class BelowHorizon extends Error {
  override readonly name = 'BelowHorizon'
  /** The earliest moment about which the store can answer, epoch milliseconds. */
  readonly horizon: number

  constructor(horizon: number) {
    super(
      `the store was compacted before ${new Date(horizon).toISOString()}: ask for that moment or a later one`,
    )
    this.horizon = horizon
  }
}

/**
 * Checks the moments of a question after the events were read: a compaction raises the horizon before it drops
 * anything, so if the events lack something, the horizon that is read afterwards says so.
 *
 * @throws BelowHorizon (as a rejection) if the question is about a moment before the horizon.
 */
export const checkHorizon = async (store: EventStore, query: Moments): Promise<void> => {
  if (!isTravelling(query)) return
  const horizon = await store.horizon()
  if (horizon === null) return
  if (isBelow(query.asOf, horizon) || isBelow(query.knownAt, horizon))
    throw new BelowHorizon(horizon)
}
