import type { Horizon } from '../domain/fold.js'
import { isTravelling } from '../projections/client-view.js'
import type { EventStore } from '../event-store/event-store.js'

const isBelow = (moment: number | undefined, horizon: number): boolean =>
  moment !== undefined && moment < horizon

/**
 * The view is of a moment before the horizon: the store was compacted before that moment, and what could
 * answer the question is gone. Ask for the horizon or a later moment.
 */
export class BelowHorizon extends Error {
  override readonly name = 'BelowHorizon'
  /** The earliest moment of a view that the store can answer, epoch milliseconds. */
  readonly horizon: number

  constructor(horizon: number) {
    super(
      `the store was compacted before ${new Date(horizon).toISOString()}: ask for that moment or a later one`,
    )
    this.horizon = horizon
  }
}

/**
 * Checks a view after its events were read: a compaction raises the horizon before it drops anything, so
 * events that lack something are always read before a horizon that says so.
 *
 * @throws BelowHorizon (as a rejection) if the view is of a moment before the horizon.
 */
export const checkHorizon = async (store: EventStore, view: Horizon): Promise<void> => {
  if (!isTravelling(view)) return
  const horizon = await store.horizon()
  if (horizon === null) return
  if (isBelow(view.asOf, horizon) || isBelow(view.knownAt, horizon)) throw new BelowHorizon(horizon)
}
