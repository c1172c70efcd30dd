import fc from 'fast-check'

/**
 * How a hostile network delivers a history: every event at least once, some several times, in any
 * order. It shrinks towards the true order without duplicates.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryDeliveries, arbitraryHistory } from 'clientfold/testing'
 * const hostile = arbitraryHistory().chain(arbitraryDeliveries)
 * fc.sample(hostile, 10).length // => 10
 */
export const arbitraryDeliveries = <A>(history: ReadonlyArray<A>): fc.Arbitrary<ReadonlyArray<A>> =>
  fc
    .array(
      // How late each delivery is, once for each time it is delivered.
      fc.array(fc.nat({ max: 2 * history.length }), { minLength: 1, maxLength: 3 }),
      { minLength: history.length, maxLength: history.length },
    )
    .map((delays) =>
      history
        .flatMap((event, index) =>
          (delays[index] ?? [0]).map((late) => ({ event, due: index + late })),
        )
        .sort((left, right) => left.due - right.due)
        .map(({ event }) => event),
    )
