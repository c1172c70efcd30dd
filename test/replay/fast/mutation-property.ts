import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { ReplayClientsOptions } from '../../../src/replay/replay-clients.js'
import { fileSource } from '../../../src/replay/source.js'
import type { EngineBuild } from '../../../src/replay/wasm/engine-files.js'
import { arbitraryClientQuery } from '../../model/hostile-log.js'
import { eventLine, logOf, sourceOf } from '../log-bytes.js'
import { mutatedLines } from './mutations.js'
import { fastOutcome, plainOutcome } from './outcome.js'

const LINES = 600

const arbitraryOptions = (): fc.Arbitrary<ReplayClientsOptions> =>
  fc
    .tuple(
      fc.option(arbitraryClientQuery(), { freq: 2, nil: {} }),
      fc.constantFrom({}, {}, {}, { clientId: 'client_1' }, { clientId: 'client_\ud800' }),
      fc.constantFrom({}, {}, { maxLineBytes: 400 }),
    )
    .map((options) => Object.assign({}, ...options) as ReplayClientsOptions)

/**
 * Checks on mutated lines that the engine writes, refuses and counts what the plain path does.
 *
 * @param folder - where logs may be written
 */
export const checkMutations = async (
  total: number,
  folder: string,
  build: EngineBuild = 'release',
): Promise<void> => {
  const seen = { events: 0, refused: 0, clients: 0 }
  const path = join(folder, 'mutated')
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      arbitraryOptions(),
      fc.constantFrom(1, 1, 1, 2),
      fc.constantFrom(100, 1000, 5000, 1 << 19),
      fc.boolean(),
      async (seed, options, threads, blockBytes, isFile) => {
        // The first bytes must be those of a log, or all of it is refused.
        const log = logOf(eventLine(), ...mutatedLines(seed, LINES))
        writeFileSync(path, log)
        const source = isFile ? { ...(await fileSource(path)), name: 'log' } : sourceOf([log])
        const plain = await plainOutcome([sourceOf([log])], options)
        const fast = await fastOutcome([source], { ...options, threads, blockBytes, build })
        expect(fast.refused).toEqual(plain.refused)
        expect(fast.counts).toEqual(plain.counts)
        expect(fast.clients).toBe(plain.clients)
        seen.events += plain.counts.events
        seen.refused += plain.counts.refused
        seen.clients += plain.counts.clients
      },
    ),
    // Options can leave out nearly all clients, so the first log is read without any.
    { numRuns: Math.ceil(total / LINES), examples: [[1, {}, 1, 5000, false]] },
  )
  // Two empty results would agree too.
  expect(seen.events).toBeGreaterThan(total / 4)
  expect(seen.refused).toBeGreaterThan(total / 4)
  expect(seen.clients).toBeGreaterThan(total / 1000)
}
