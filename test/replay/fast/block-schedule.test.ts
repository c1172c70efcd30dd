import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BlockSchedule } from '../../../src/replay/fast/block-schedule.js'

it('each block is folded once, whichever threads ask', () => {
  fc.assert(
    fc.property(
      fc.nat(40),
      fc.integer({ min: 1, max: 5 }),
      fc.infiniteStream(fc.nat()),
      (blocks, threads, numbers) => {
        const schedule = new BlockSchedule(blocks, threads)
        const taken: Array<number | null> = []
        while (taken.at(-1) !== null)
          taken.push(schedule.next((numbers.next().value ?? 0) % threads))
        const all = Array.from({ length: blocks }, (_, block) => block)
        expect(taken.slice(0, -1).sort((left, right) => Number(left) - Number(right))).toEqual(all)
      },
    ),
  )
})

it('a thread takes its span in order, and then the last blocks of the longest span', () => {
  const schedule = new BlockSchedule(6, 2)
  const takenBy = (thread: number, count: number): ReadonlyArray<number | null> =>
    Array.from({ length: count }, () => schedule.next(thread))
  expect(takenBy(0, 4)).toEqual([0, 1, 2, 5])
  expect(takenBy(1, 3)).toEqual([3, 4, null])
})
