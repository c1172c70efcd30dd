import fc from 'fast-check'

/**
 * The deliveries of a history by an unreliable network: every event at least once, some several times,
 * in any order. It shrinks towards the order of the history, without duplicates.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryDeliveries, arbitraryHistory } from 'clientfold/testing'
 * const deliveries = arbitraryHistory().chain(arbitraryDeliveries)
 * fc.sample(deliveries, 10).length // => 10
 */
export const arbitraryDeliveries = <A>(history: ReadonlyArray<A>): fc.Arbitrary<ReadonlyArray<A>> =>
  fc
    .array(
      // The delay of each delivery of an event.
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
