import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FACT_NAMES } from '../../src/domain/device-facts.js'
import { clientAsOf } from '../../src/projections/client-query.js'
import { clientCombiner } from '../../src/projections/client-combiner.js'
import { arbitraryLawSample } from '../../src/testing/index.js'
import { aSessionEvent } from '../given.js'

const { create, add, merge, extract } = clientCombiner

/** Its greatest version, the times when its device was seen first and last, and the facts about the device. */
const PARTS_OF_A_SESSION = 3 + FACT_NAMES.length
/** The greatest observation, and when the client was created and updated. */
const PARTS_OF_A_CLIENT = 3

it('no event gives no Client', () => {
  expect(extract(create())).toBeNull()
})

it('any parts, merged in any order and sent as JSON between, give the Client of all events', () => {
  fc.assert(
    fc.property(
      arbitraryLawSample(),
      fc.array(fc.nat({ max: 20 }), { maxLength: 3 }),
      ({ events, deliveries }, places) => {
        const cuts = [0, ...places.sort((left, right) => left - right), deliveries.length]
        const parts = cuts.slice(1).map((end, index) => deliveries.slice(cuts[index], end))
        const merged = parts
          .map((part) => part.reduce(add, create()))
          .map((part) => JSON.parse(JSON.stringify(part)) as typeof part)
          .reduceRight(merge, create())
        expect(JSON.stringify(extract(merged))).toBe(JSON.stringify(clientAsOf(events, {})))
      },
    ),
  )
})

it('an accumulator is compacted when it has 64 events, and not before', () => {
  const accumulator = Array.from({ length: 63 }, () => aSessionEvent()).reduce(add, create())
  expect(accumulator).toHaveLength(63)
  expect(add(accumulator, aSessionEvent())).toHaveLength(1)
})

it('an accumulator grows with the sessions, not with the events', () => {
  fc.assert(
    fc.property(arbitraryLawSample(), ({ events, deliveries }) => {
      const many = Array.from({ length: 10 }, () => deliveries).flat()
      const all = many.reduce(add, create())
      const sessions = events.flatMap((event) =>
        event.type === 'client.observed' ? event.data.sessions : [event.data],
      )
      const sessionCount = new Set(sessions.map(({ id }) => id)).size
      const parts = PARTS_OF_A_SESSION * sessionCount + PARTS_OF_A_CLIENT
      expect(all.length).toBeLessThan(parts + 64)
      expect(merge(all, all).length).toBeLessThanOrEqual(parts)
    }),
  )
})
