import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oneByOne } from '../../../src/stores/kit/one-by-one.js'

async function* pagesOf<A>(
  pages: ReadonlyArray<ReadonlyArray<A>>,
  onEnd: () => void = () => undefined,
): AsyncGenerator<ReadonlyArray<A>, void> {
  try {
    for (const page of pages) {
      await Promise.resolve()
      yield page
    }
  } finally {
    onEnd()
  }
}

const same = (row: number): number => row
const never = (): boolean => false

const collect = async (reading: AsyncIterable<number>): Promise<ReadonlyArray<number>> => {
  const all: number[] = []
  for await (const row of reading) all.push(row)
  return all
}

describe('what stands on pages', () => {
  it('is given one by one, in order, of whatever pages', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat())), async (pages) => {
        expect(await collect(oneByOne(pagesOf(pages), same, never))).toEqual(pages.flat())
      }),
    ))

  it('is given once each to those who ask without waiting for the answer', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat())),
        fc.integer({ min: 1, max: 9 }),
        async (pages, atOnce) => {
          const reading = oneByOne(pagesOf(pages), same, never)
          const given: number[] = []
          for (let isDone = false; !isDone;) {
            const answers = await Promise.all(Array.from({ length: atOnce }, () => reading.next()))
            for (const { value } of answers) if (value !== undefined) given.push(value)
            isDone = answers.some(({ done }) => done === true)
          }
          expect(given).toEqual(pages.flat())
        },
      ),
    ))

  it('ends for good when it is left, and so do the pages', async () => {
    let ends = 0
    const reading = oneByOne(
      pagesOf([[1, 2], [3]], () => (ends += 1)),
      same,
      never,
    )
    for await (const row of reading) if (row === 1) break
    expect(await reading.next()).toEqual({ done: true, value: undefined })
    expect(ends).toBe(1)
  })

  it('ends when it is over, though there is more on the page', async () => {
    const seen: number[] = []
    for await (const row of oneByOne(pagesOf([[1, 2, 3], [4]]), same, () => seen.length === 2)) {
      seen.push(row)
    }
    expect(seen).toEqual([1, 2])
  })

  it('ends with what a row throws, after the rows before it', async () => {
    const seen: number[] = []
    const fault = new Error('not to be read')
    const give = (row: number): number => {
      if (row === 3) throw fault
      return row
    }
    const reading = oneByOne(pagesOf([[1, 2, 3, 4]]), give, never)
    const read = async () => {
      for await (const row of reading) seen.push(row)
    }
    await expect(read()).rejects.toBe(fault)
    expect(seen).toEqual([1, 2])
    expect(await reading.next()).toEqual({ done: true, value: undefined })
  })

  it('ends with what a page throws, and is over then', async () => {
    const fault = new Error('no such page')
    async function* broken(): AsyncGenerator<ReadonlyArray<number>, void> {
      yield await Promise.resolve([1])
      throw fault
    }
    const reading = oneByOne(broken(), same, never)
    expect(await reading.next()).toEqual({ done: false, value: 1 })
    await expect(reading.next()).rejects.toBe(fault)
    expect(await reading.next()).toEqual({ done: true, value: undefined })
  })
})
