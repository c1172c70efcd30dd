import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isBlank, readLines, type Line } from '../../src/replay/lines.js'
import {
  arbitraryChunks,
  byteByByte,
  bytesOf,
  BYTE_ORDER_MARK,
  cutAt,
  NOT_UTF8,
  sourceOf,
} from './log-bytes.js'

const linesOf = async (
  chunks: ReadonlyArray<Uint8Array>,
  maxLineBytes = 1_000_000,
): Promise<ReadonlyArray<Line>> => {
  const lines: Line[] = []
  for await (const batch of readLines(sourceOf(chunks).open(), maxLineBytes)) lines.push(...batch)
  return lines
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

const textsOf = async (...parts: ReadonlyArray<string>): Promise<ReadonlyArray<string>> =>
  (await linesOf(parts.map((part) => bytesOf(part)))).map(({ bytes }) =>
    Buffer.from(bytes).toString(),
  )

/** One text for each line, its pieces joined. */
const joined = (lines: ReadonlyArray<Line>): ReadonlyArray<readonly [number, string]> => {
  const texts = new Map<number, string>()
  for (const { number, bytes } of lines) {
    texts.set(number, (texts.get(number) ?? '') + textOf(bytes))
  }
  return [...texts]
}

/** The lines that are not in pieces. */
const wholeOf = (lines: ReadonlyArray<Line>): ReadonlyArray<string> =>
  lines.filter(({ part }) => part === 'whole').map(({ bytes }) => textOf(bytes))

/** The lines of a whole log, in the simplest way: split at its line feeds. */
const plainLines = (log: Uint8Array): ReadonlyArray<readonly [number, string]> => {
  const text = textOf(log)
  return text
    .split('\n')
    .map((line, index) => [index + 1, line] as const)
    .filter(([number, line]) => line !== '' || number < text.split('\n').length)
}

/** Without empty lines, so that it does not matter whether a log ends in one. */
const withText = (
  lines: ReadonlyArray<readonly [number, string]>,
): ReadonlyArray<readonly [number, string]> => lines.filter(([, text]) => text !== '')

const arbitraryLog = (): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.constantFrom('', BYTE_ORDER_MARK),
      fc.array(
        fc.constantFrom<string | Uint8Array>(
          '\n',
          '\r\n',
          ' ',
          '{"a":1}',
          'é🦊',
          BYTE_ORDER_MARK,
          ...NOT_UTF8.map(({ bytes }) => bytes),
        ),
        { maxLength: 24 },
      ),
    )
    .map(([mark, parts]) => bytesOf(mark, ...parts))

describe('readLines', () => {
  it('a line ends at a line feed', async () => {
    expect(await textsOf('a\nb\n')).toEqual(['a', 'b'])
  })

  it('the last line may lack its line feed', async () => {
    expect(await textsOf('a\nb')).toEqual(['a', 'b'])
  })

  it('a line may be empty', async () => {
    expect(await textsOf('\n\na\n')).toEqual(['', '', 'a'])
  })

  it('an empty log has no lines', async () => {
    expect(await textsOf()).toEqual([])
    expect(await textsOf('')).toEqual([])
  })

  it('a line keeps its carriage return, which is white space in JSON', async () => {
    expect(await textsOf('a\r\nb\r\n')).toEqual(['a\r', 'b\r'])
  })

  it('lines are counted from 1', async () => {
    const lines = await linesOf([bytesOf('a\n\nb')])
    expect(lines.map(({ number }) => number)).toEqual([1, 2, 3])
  })

  it('a line continues from one chunk to the next', async () => {
    expect(await textsOf('a', 'b', '\n', 'c\nd', '', 'e')).toEqual(['ab', 'c', 'de'])
  })

  it('a line keeps its byte-order mark, which is white space', async () => {
    const mark = BYTE_ORDER_MARK
    expect(await textsOf(`${mark}a\n${mark}b`)).toEqual([`${mark}a`, `${mark}b`])
  })

  it('the chunks of a log make no difference to its lines', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog().chain((log) => fc.tuple(fc.constant(log), arbitraryChunks(log))),
        async ([log, chunks]) => {
          expect(withText(joined(await linesOf(chunks)))).toEqual(withText(plainLines(log)))
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('the bound on lines', () => {
  it('a line that is too long comes in pieces, and the line after it whole', async () => {
    const lines = await linesOf(byteByByte(bytesOf('abcdefgh\nij\n')), 3)
    expect(joined(lines)).toEqual([
      [1, 'abcdefgh'],
      [2, 'ij'],
    ])
    expect(lines.map(({ part }) => part)).toEqual(['first', 'middle', 'last', 'whole'])
  })

  it('the end of the log ends a line that is too long', async () => {
    const lines = await linesOf(byteByByte(bytesOf('abcde')), 3)
    expect(joined(lines)).toEqual([[1, 'abcde']])
    expect(lines.map(({ part }) => part)).toEqual(['first', 'last'])
  })

  it('a line that is too long is in pieces even if one chunk has all of it', async () => {
    expect(wholeOf(await linesOf([bytesOf('abcde\nfg\n')], 3))).toEqual(['fg'])
  })

  it('a line is in pieces even if the chunk that makes it too long ends it', async () => {
    expect(wholeOf(await linesOf([bytesOf('abc'), bytesOf('de\nfg\n')], 3))).toEqual(['fg'])
  })

  it('a line as long as the bound is whole', async () => {
    expect(wholeOf(await linesOf(byteByByte(bytesOf('abc\n')), 3))).toEqual(['abc'])
  })

  it('exactly the lines that are too long are in pieces, in whatever chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog().chain((log) => fc.tuple(fc.constant(log), arbitraryChunks(log))),
        fc.integer({ min: 3, max: 12 }),
        async ([log, chunks], bound) => {
          const lines = await linesOf(chunks, bound)
          const tooLong = lines.filter(({ part }) => part === 'first').map(({ number }) => number)
          expect(tooLong).toEqual(
            plainLines(log)
              .filter(([, text]) => text.length > bound)
              .map(([number]) => number),
          )
        },
      ),
      { numRuns: 500 },
    )
  })

  it('the pieces of a line have all of its bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog().chain((log) => fc.tuple(fc.constant(log), arbitraryChunks(log))),
        fc.integer({ min: 3, max: 12 }),
        async ([log, chunks], bound) => {
          expect(withText(joined(await linesOf(chunks, bound)))).toEqual(withText(plainLines(log)))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('the pieces of a line are one first, any middle and one last', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryLog().chain((log) => arbitraryChunks(log)),
        fc.integer({ min: 3, max: 12 }),
        async (chunks, bound) => {
          const parts = (await linesOf(chunks, bound)).map(({ part }) => part).join(' ')
          expect(parts).toMatch(/^(?:(?:whole|first(?: middle)* last)(?: |$))*$/)
        },
      ),
    )
  })

  it('a piece is at most one chunk longer than the bound', async () => {
    const chunks = cutAt(
      bytesOf('x'.repeat(10_000)),
      [...Array(99).keys()].map((n) => 100 * n + 100),
    )
    const lines = await linesOf(chunks, 1000)
    expect(Math.max(...lines.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(1100)
  })
})

describe('isBlank', () => {
  const mark = BYTE_ORDER_MARK

  it.each(['', ' ', '\t', '\r', ' \t \r', mark, `${mark}${mark} \r`])('%j is blank', (text) => {
    expect(isBlank(bytesOf(text))).toBe(true)
  })

  it.each(['{}', ' x', '\0', '\f', '\v', '\u00a0', '\u2028', ` ${mark}`])(
    '%j is not blank',
    (text) => {
      expect(isBlank(bytesOf(text))).toBe(false)
    },
  )
})
