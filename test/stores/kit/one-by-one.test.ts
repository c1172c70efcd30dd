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

describe('oneByOne', () => {
  it('the rows of any pages are given one by one, in order', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat())), async (pages) => {
        expect(await collect(oneByOne(pagesOf(pages), same, never))).toEqual(pages.flat())
      }),
    ))

  it('each row is given once to callers that do not wait for the answer before', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat())),
        fc.integer({ min: 1, max: 9 }),
        async (pages, atOnce) => {
          const reading = oneByOne(pagesOf(pages), same, never)
          const rows: number[] = []
          for (let isDone = false; !isDone;) {
            const answers = await Promise.all(Array.from({ length: atOnce }, () => reading.next()))
            for (const { value } of answers) if (value !== undefined) rows.push(value)
            isDone = answers.some(({ done }) => done === true)
          }
          expect(rows).toEqual(pages.flat())
        },
      ),
    ))

  it('a reading that is left ends, and so do its pages', async () => {
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

  it('a reading that is over ends, even if its page has more rows', async () => {
    const seen: number[] = []
    for await (const row of oneByOne(pagesOf([[1, 2, 3], [4]]), same, () => seen.length === 2)) {
      seen.push(row)
    }
    expect(seen).toEqual([1, 2])
  })

  it('a reading ends with the error of a row, after the rows before it', async () => {
    const seen: number[] = []
    const fault = new Error('this row cannot be decoded')
    const decode = (row: number): number => {
      if (row === 3) throw fault
      return row
    }
    const reading = oneByOne(pagesOf([[1, 2, 3, 4]]), decode, never)
    const read = async () => {
      for await (const row of reading) seen.push(row)
    }
    await expect(read()).rejects.toBe(fault)
    expect(seen).toEqual([1, 2])
    expect(await reading.next()).toEqual({ done: true, value: undefined })
  })

  it('a reading ends with the error of a page, and gives nothing more', async () => {
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
