import type { ClientQuery } from '../projections/client-query.js'
import type { ProjectionOptions } from '../projections/client.js'

/** A question to `Clients`: which facts take part, and how statuses are read. */
export interface Question extends Omit<ClientQuery, 'at'> {
  /**
   * The clock by which statuses are read, in epoch milliseconds: `asOf` unless given, else now. `recorded`
   * reads statuses as recorded: a session whose `expire_at` has passed can still read active.
   */
  readonly at?: number | 'recorded' | undefined
}

/**
 * How the answer is read. This is the only place that knows by which clock a question is answered.
 *
 * @param now - epoch milliseconds
 */
export const readingOf = ({ at, asOf, revoked }: Question, now: number): ProjectionOptions => ({
  at: at === 'recorded' ? undefined : (at ?? asOf ?? now),
  revoked,
})
