import fc from 'fast-check'
import { expect, it } from 'vitest'
import { OrderedResults } from '../../src/replay/ordered-results.js'

const allOf = async (results: OrderedResults<number>): Promise<ReadonlyArray<number>> => {
  const read: number[] = []
  for await (const result of results) read.push(result)
  return read
}

it('results are read in the order of their numbers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 20 }).chain((count) =>
        fc.shuffledSubarray(
          Array.from({ length: count }, (_, number) => number),
          { minLength: count },
        ),
      ),
      async (numbers) => {
        const results = new OrderedResults<number>(numbers.length, Infinity)
        const reading = allOf(results)
        for (const number of numbers) {
          results.put(number, 10 * number, 1)
          await Promise.resolve()
        }
        expect(await reading).toEqual([...numbers].sort((a, b) => a - b).map((each) => 10 * each))
      },
    ),
  )
})

it('a task waits while too much is unread, but not the task whose result comes next', async () => {
  const results = new OrderedResults<number>(3, 1)
  results.put(2, 2, 5)
  await results.waitForRoom(0)
  let hasRoom = false
  const waiting = results.waitForRoom(1).then(() => (hasRoom = true))
  await new Promise((resolve) => setImmediate(resolve))
  expect(hasRoom).toBe(false)
  const reading = allOf(results)
  results.put(0, 0, 0)
  await waiting
  results.put(1, 1, 0)
  expect(await reading).toEqual([0, 1, 2])
})

it('the reader gets the results before a failure, and tasks wait no more', async () => {
  const results = new OrderedResults<number>(3, 1)
  results.put(0, 0, 9)
  results.put(2, 2, 9)
  const read: number[] = []
  const waiting = results.waitForRoom(1)
  const reading = (async () => {
    for await (const result of results) read.push(result)
  })()
  results.fail(new Error('broken'))
  await expect(reading).rejects.toThrow('broken')
  await waiting
  expect(read).toEqual([0])
  expect(results.isClosed).toBe(true)
})
