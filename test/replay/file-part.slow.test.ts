import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filePartSource, type FilePart } from '../../src/replay/file-part.js'
import { SourceUnreadable, type LogSource } from '../../src/replay/source.js'
import { givenLogFolder } from './fast/log-folder.js'
import { mutatedLines } from './fast/mutations.js'
import { fastOutcome, plainOutcome } from './fast/outcome.js'
import { bytesOf, BYTE_ORDER_MARK, eventLine, logOf } from './log-bytes.js'
import { readingOf, stepsOf, type Reading } from './reading.js'

const { path: folder, fileWith } = givenLogFolder()

const givenFile = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const partsOf = (path: string, of: number): Promise<ReadonlyArray<LogSource>> =>
  Promise.all(
    Array.from({ length: of }, (_, index) => filePartSource(path, { number: index + 1, of })),
  )

/** A reading without the numbers of lines, and the names of sources, which each part has of its own. */
const contentOf = ({ events, refused }: Reading) => ({
  events,
  refused: refused.map(({ error, bytes }) => ({ error, bytes })),
})

/** Lines that look like the head of a file that is no log, or of gzip. */
const HEADS = [
  Uint8Array.of(0x1f, 0x8b, 8),
  'PK\u0003\u0004',
  'SQLite format 3\0',
  '[{"a":1}]',
  BYTE_ORDER_MARK,
]

const arbitraryLog = (): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      seed: fc.integer(),
      count: fc.nat({ max: 30 }),
      heads: fc.array(fc.constantFrom(...HEADS, '', 'x'.repeat(3000)), { maxLength: 4 }),
      isEnded: fc.boolean(),
    })
    .map(({ seed, count, heads, isEnded }) => {
      // The first line decides whether the file is a log.
      const lines = [
        bytesOf(eventLine()),
        ...mutatedLines(seed, count),
        ...heads.map((head) => bytesOf(head)),
      ]
      const log = logOf(...lines)
      return isEnded ? log : log.subarray(0, -1)
    })

describe('filePartSource', () => {
  it('the parts of a file have all of its lines, each of them once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLog(), fc.integer({ min: 1, max: 60 }), async (log, of) => {
        const whole = contentOf(readingOf(await stepsOf([await fileWith('whole', log)])))
        const parts = await partsOf(givenFile('parts', log), of)
        expect(contentOf(readingOf(await stepsOf(parts)))).toEqual(whole)
        const sizes = parts.map(({ size }) => size ?? NaN)
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(log.length)
      }),
      { numRuns: 50 },
    )
  })

  it('a part is the lines that begin in its share of the bytes', async () => {
    const [a, b, c] = ['a', 'bbbbbbbbbbbbb', 'c']
    // 18 bytes: the shares begin at 0, 6 and 12. No line begins in the second.
    const path = givenFile('shares', bytesOf(a, '\n', b, '\n', c, '\n'))
    const texts = await Promise.all(
      (await partsOf(path, 3)).map(async (part) =>
        readingOf(await stepsOf([part])).refused.map(({ bytes }) => bytes.toString()),
      ),
    )
    expect(texts).toEqual([[a, b], [], [c]])
  })

  it('both engines read the same lines of each part, on any number of threads', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog(),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 16, max: 3000 }),
        fc.constantFrom(1, 1, 2),
        async (log, of, blockBytes, threads) => {
          for (const part of await partsOf(givenFile('engines', log), of)) {
            const plain = await plainOutcome([part])
            expect(await fastOutcome([part], { blockBytes, threads })).toEqual(plain)
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  it('a part has a name that says which part it is, and counts its lines from 1', async () => {
    const path = givenFile('named', logOf('no', 'no', 'no', 'no'))
    const [, second] = await partsOf(path, 2)
    const { refused } = readingOf(await stepsOf([second!]))
    expect(refused.map(({ source, line }) => `${source}:${line}`)).toEqual([
      `${path} (part 2/2):1`,
      `${path} (part 2/2):2`,
    ])
  })

  it('an empty file has empty parts', async () => {
    const parts = await partsOf(givenFile('empty', bytesOf()), 3)
    expect(parts.map(({ size }) => size)).toEqual([0, 0, 0])
    expect(contentOf(readingOf(await stepsOf(parts)))).toEqual({ events: [], refused: [] })
    expect((await fastOutcome(parts)).counts).toEqual({ clients: 0, events: 0, refused: 0 })
  })

  it.each([
    [
      'gzip',
      gzipSync(logOf(eventLine())),
      'it is compressed by gzip, which cannot be read in parts; unpack it first, for example with gzip -dk',
    ],
    [
      'a JSON array',
      bytesOf('[{"a":1}]'),
      "it is a JSON array; write one event on each line, for example with jq -c '.[]'",
    ],
  ])('a file of %s is refused, whichever part is read', async (_name, bytes, reason) => {
    const path = givenFile('refused', bytes)
    for (const number of [1, 2]) {
      await expect(filePartSource(path, { number, of: 2 })).rejects.toThrow(
        `cannot read ${path}: ${reason}`,
      )
    }
  })

  it('a device and a missing file are refused', async () => {
    const part = { number: 1, of: 2 }
    await expect(filePartSource('/dev/null', part)).rejects.toThrow('it is not a regular file')
    await expect(filePartSource(join(folder, 'missing'), part)).rejects.toThrow(SourceUnreadable)
  })

  it.each<FilePart>([
    { number: 0, of: 2 },
    { number: 3, of: 2 },
    { number: 1.5, of: 2 },
    { number: 1, of: 1_000_001 },
    { number: 1, of: NaN },
  ])('the part $number of $of is refused', async (part) => {
    await expect(filePartSource('log', part)).rejects.toThrow(TypeError)
  })
})
