import { describe, expect, it } from 'vitest'
import type { FastOptions } from '../../../src/replay/fast/fast-replay.js'
import {
  byteByByte,
  BYTE_ORDER_MARK,
  DAY,
  eventLine,
  logOf,
  MORNING,
  sourceOf,
} from '../log-bytes.js'
import { LINE, OBSERVED } from './example.js'
import { ALL_EXAMPLES, EXAMPLES, logOfExample } from './example-lines.js'
import { fastOutcome, plainOutcome, type Outcome } from './outcome.js'

interface ViewExample {
  readonly name: string
  readonly options: Partial<FastOptions>
}

const VIEWS: ReadonlyArray<ViewExample> = [
  { name: 'without options', options: {} },
  { name: 'by a clock', options: { at: MORNING + 8 * DAY } },
  {
    name: 'by a late clock, without revoked sessions',
    options: { at: MORNING + 31 * DAY, revoked: 'drop' },
  },
  { name: 'as of a moment', options: { asOf: MORNING } },
  { name: 'as known at a moment', options: { knownAt: MORNING + 1, asOf: MORNING + DAY } },
  { name: 'of one client', options: { clientId: 'client_1' } },
  { name: 'of a client whose id needs an escape', options: { clientId: 'client"1' } },
  { name: 'of a client whose id has a lone surrogate', options: { clientId: 'client_\ud800' } },
]

const expectAgreement = async (
  log: Uint8Array,
  options: Partial<FastOptions>,
  blockBytes: number,
): Promise<Outcome> => {
  const plain = await plainOutcome([sourceOf([log])], options)
  expect(await fastOutcome([sourceOf([log])], { ...options, blockBytes })).toEqual(plain)
  return plain
}

describe('the engine', () => {
  it.each(EXAMPLES)('the engine agrees with the plain path on $name', async (example) => {
    const log = logOfExample(example)
    const { events, refused } = example
    for (const bytes of [log, log.subarray(0, -1)]) {
      const { counts } = await expectAgreement(bytes, {}, 1 << 19)
      expect(counts).toMatchObject({ events, refused })
    }
  })

  it.each(VIEWS)('the engine agrees on all examples together, $name', async ({ options }) => {
    await expectAgreement(ALL_EXAMPLES, options, 1 << 19)
    await expectAgreement(ALL_EXAMPLES, options, 700)
  })

  it('the engine agrees on all examples together, on several threads', async () => {
    const plain = await plainOutcome([sourceOf([ALL_EXAMPLES])])
    for (const threads of [2, 3]) {
      const options = { threads, blockBytes: 4000 }
      expect(await fastOutcome([sourceOf([ALL_EXAMPLES])], options)).toEqual(plain)
    }
  })

  it('the engine agrees on lines that are longer than a block', async () => {
    for (const blockBytes of [16, 100, 400]) await expectAgreement(ALL_EXAMPLES, {}, blockBytes)
  })

  it('the engine agrees on lines that are longer than the bound', async () => {
    for (const maxLineBytes of [0, 1, 300, 339, 340, 341]) {
      for (const blockBytes of [64, 1000, 1 << 19]) {
        await expectAgreement(ALL_EXAMPLES, { maxLineBytes }, blockBytes)
      }
    }
  })
})

const SMALL = logOf(
  `${BYTE_ORDER_MARK}${LINE}`,
  'no',
  '',
  OBSERVED,
  eventLine({ status: 'ended' }),
).subarray(0, -1)

describe('blocks and chunks', () => {
  it('a log gives the same in blocks of every size', async () => {
    const plain = await plainOutcome([sourceOf([SMALL])])
    for (
      let blockBytes = 16;
      blockBytes <= SMALL.length + 2;
      blockBytes += blockBytes < 400 ? 1 : 7
    ) {
      expect(await fastOutcome([sourceOf([SMALL])], { blockBytes })).toEqual(plain)
    }
  })

  it('a log gives the same in chunks of every size', async () => {
    const plain = await plainOutcome([sourceOf([SMALL])])
    expect(await fastOutcome([sourceOf(byteByByte(SMALL))])).toEqual(plain)
    for (let size = 2; size <= SMALL.length; size += size < 100 ? 1 : 37) {
      const chunks = Array.from({ length: Math.ceil(SMALL.length / size) }, (_, index) =>
        SMALL.subarray(index * size, (index + 1) * size),
      )
      expect(await fastOutcome([sourceOf(chunks)], { blockBytes: 500 })).toEqual(plain)
    }
  })

  it('several sources, or no source, give what the plain path makes of them', async () => {
    const sources = [sourceOf([SMALL], 'a'), sourceOf([], 'b'), sourceOf([logOf('no')], 'c')]
    expect(await fastOutcome(sources)).toEqual(await plainOutcome(sources))
    expect(await fastOutcome([])).toEqual(await plainOutcome([]))
  })
})
