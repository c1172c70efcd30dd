import { describe, expect, it } from 'vitest'
import type { ReplayClientsOptions } from '../../../src/replay/replay-clients.js'
import {
  byteByByte,
  BYTE_ORDER_MARK,
  DAY,
  eventLine,
  logOf,
  MORNING,
  sourceOf,
} from '../log-bytes.js'
import { EXAMPLES, LINE, OBSERVED } from './example-lines.js'
import { fastOutcome, plainOutcome, type Outcome } from './outcome.js'

const VIEWS: ReadonlyArray<readonly [string, ReplayClientsOptions]> = [
  ['as it is', {}],
  ['by a clock', { at: MORNING + 8 * DAY }],
  ['by a late clock, without what was revoked', { at: MORNING + 31 * DAY, revoked: 'drop' }],
  ['as it was', { asOf: MORNING }],
  ['as it was known', { knownAt: MORNING + 1, asOf: MORNING + DAY }],
  ['of one client', { clientId: 'client_1' }],
  ['of a client whose id needs an escape', { clientId: 'client"1' }],
  ['of a client whose id has half a pair', { clientId: 'client_\ud800' }],
]

const agreed = async (
  log: Uint8Array,
  options: ReplayClientsOptions,
  blockBytes: number,
): Promise<Outcome> => {
  const plain = await plainOutcome([sourceOf([log])], options)
  expect(await fastOutcome([sourceOf([log])], { ...options, blockBytes })).toEqual(plain)
  return plain
}

describe('the engine and the plain path agree on', () => {
  it.each(EXAMPLES)('%s', async (_name, lines, events, refused) => {
    for (const log of [logOf(...lines), logOf(...lines).subarray(0, -1)]) {
      const { counts } = await agreed(log, {}, 1 << 19)
      expect(counts).toMatchObject({ events, refused })
    }
  })

  const all = logOf(
    ...EXAMPLES.slice(0, 20).flatMap(([, lines]) => lines),
    ...EXAMPLES.flatMap(([, lines]) => lines),
  )

  it.each(VIEWS)('all of these together, %s', async (_name, options) => {
    await agreed(all, options, 1 << 19)
    await agreed(all, options, 700)
  })

  it('all of these together, on several threads', async () => {
    const plain = await plainOutcome([sourceOf([all])])
    for (const threads of [2, 3]) {
      expect(await fastOutcome([sourceOf([all])], { threads, blockBytes: 4000 })).toEqual(plain)
    }
  })

  it('lines that are longer than a block', async () => {
    for (const blockBytes of [16, 100, 400]) await agreed(all, {}, blockBytes)
  })

  it('lines that are longer than a line may be', async () => {
    for (const maxLineBytes of [0, 1, 300, 339, 340, 341]) {
      for (const blockBytes of [64, 1000, 1 << 19]) await agreed(all, { maxLineBytes }, blockBytes)
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

describe('however the log comes', () => {
  it('in blocks of every size', async () => {
    const plain = await plainOutcome([sourceOf([SMALL])])
    for (
      let blockBytes = 16;
      blockBytes <= SMALL.length + 2;
      blockBytes += blockBytes < 400 ? 1 : 7
    ) {
      expect(await fastOutcome([sourceOf([SMALL])], { blockBytes })).toEqual(plain)
    }
  })

  it('in chunks of every size', async () => {
    const plain = await plainOutcome([sourceOf([SMALL])])
    expect(await fastOutcome([sourceOf(byteByByte(SMALL))])).toEqual(plain)
    for (let size = 2; size <= SMALL.length; size += size < 100 ? 1 : 37) {
      const chunks = Array.from({ length: Math.ceil(SMALL.length / size) }, (_, index) =>
        SMALL.subarray(index * size, (index + 1) * size),
      )
      expect(await fastOutcome([sourceOf(chunks)], { blockBytes: 500 })).toEqual(plain)
    }
  })

  it('in several sources, or none', async () => {
    const sources = [sourceOf([SMALL], 'a'), sourceOf([], 'b'), sourceOf([logOf('no')], 'c')]
    expect(await fastOutcome(sources)).toEqual(await plainOutcome(sources))
    expect(await fastOutcome([])).toEqual(await plainOutcome([]))
  })
})
