import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createPause } from '../../src/views/pause.js'
import { sortInTurns } from '../../src/views/memory/sort-in-turns.js'
import { compareValues } from '../../src/events/order.js'

it('sorting in turns gives what sorting at once gives, and keeps the order of equal items', async () => {
  const items = fc.array(fc.tuple(fc.nat(5), fc.nat()), { size: '+2', maxLength: 9000 })
  const compare = ([left]: [number, number], [right]: [number, number]) =>
    compareValues(left, right)
  await fc.assert(
    fc.asyncProperty(items, async (pairs) => {
      const sorted = await sortInTurns(pairs, compare, createPause())
      expect(sorted).toEqual(pairs.toSorted(compare))
    }),
    { numRuns: 50, examples: [[Array.from({ length: 9000 }, (_, index) => [index % 7, index])]] },
  )
})
