import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytesOf, BYTE_ORDER_MARK, eventLine, logOf, sourceOf } from '../log-bytes.js'
import { givenLogFolder } from './log-folder.js'
import { mutatedLines } from './mutations.js'
import { fastOutcome, plainOutcome, type Outcome } from './outcome.js'

const { fileWith } = givenLogFolder()
const LINES = 40

/** A refused line keeps its mark, as all white space: what remains must be equal. */
const withoutMarks = (outcome: Outcome): Outcome => ({
  ...outcome,
  refused: outcome.refused.map((line) =>
    line.replaceAll(Buffer.from(BYTE_ORDER_MARK).toString('latin1'), ''),
  ),
})

it('byte-order marks before any lines change nothing, on both paths and in blocks of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.array(fc.nat({ max: 2 }), { minLength: LINES + 1, maxLength: LINES + 1 }),
      fc.integer({ min: 16, max: 3000 }),
      fc.constantFrom(1, 1, 2),
      async (seed, marks, blockBytes, threads) => {
        const lines = [bytesOf(eventLine()), ...mutatedLines(seed, LINES)]
        const log = logOf(...lines)
        const marked = logOf(
          ...lines.map((line, index) => bytesOf(BYTE_ORDER_MARK.repeat(marks[index] ?? 0), line)),
        )
        const expected = withoutMarks(await plainOutcome([sourceOf([log])]))
        expect(withoutMarks(await plainOutcome([sourceOf([marked])]))).toEqual(expected)
        for (const source of [sourceOf([marked]), await fileWith('marked', marked)]) {
          const fast = await fastOutcome([source], { blockBytes, threads })
          expect(withoutMarks(fast)).toEqual(expected)
        }
      },
    ),
    { numRuns: 25 },
  )
})

it('a small log with byte-order marks gives the same in blocks of every size', async () => {
  const marks = BYTE_ORDER_MARK.repeat(2)
  const lines = [
    `${BYTE_ORDER_MARK}${eventLine()}`,
    `${marks}no`,
    BYTE_ORDER_MARK,
    `${marks}${eventLine({ status: 'ended' })}`,
  ]
  const log = logOf(...lines).subarray(0, -1)
  const plain = await plainOutcome([sourceOf([log])])
  expect(plain.counts).toEqual({ clients: 1, events: 2, refused: 1 })
  for (let blockBytes = 16; blockBytes <= log.length + 2; blockBytes += 1) {
    expect(await fastOutcome([sourceOf([log])], { blockBytes })).toEqual(plain)
  }
})
