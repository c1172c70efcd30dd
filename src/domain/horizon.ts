/**
 * Which facts take part, for travelling in time. Both bounds are epoch milliseconds, inclusive, and
 * may be given together.
 */
export interface Horizon {
  /** What was true then, as is known today: session versions and observations with `updated_at <= asOf`. */
  readonly asOf?: number | undefined
  /** What was known then: events with `recorded_at <= knownAt`, or said by then if they lack it. */
  readonly knownAt?: number | undefined
}

/** Everything takes part. */
export const NO_HORIZON: Horizon = {}

/** True if a time lies within a bound, which may be open. */
export const isWithin = (time: number, bound: number | undefined): boolean =>
  bound === undefined || time <= bound
