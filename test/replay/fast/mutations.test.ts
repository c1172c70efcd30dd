import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { ReplayClientsOptions } from '../../../src/replay/replay-clients.js'
import { fileSource } from '../../../src/replay/source.js'
import { arbitraryView } from '../../model/hostile-log.js'
import { logOf, sourceOf } from '../log-bytes.js'
import { mutatedLines } from './mutations.js'
import { fastOutcome, plainOutcome } from './outcome.js'

const folder = mkdtempSync(join(tmpdir(), 'clientfold-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const total = Number(process.env.CLIENTFOLD_MUTATIONS ?? 12_000)
const LINES = 600

const arbitraryOptions = (): fc.Arbitrary<ReplayClientsOptions> =>
  fc
    .tuple(
      fc.option(arbitraryView(), { freq: 2, nil: {} }),
      fc.constantFrom({}, {}, {}, { clientId: 'client_1' }, { clientId: 'client_\ud800' }),
      fc.constantFrom({}, {}, { maxLineBytes: 400 }),
    )
    .map((options) => Object.assign({}, ...options) as ReplayClientsOptions)

describe(`the engine, on ${total} mutated lines`, () => {
  it('writes, refuses and counts what the plain path does', { timeout: 3_600_000 }, async () => {
    const seen = { events: 0, refused: 0, clients: 0 }
    const path = join(folder, 'log')
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        arbitraryOptions(),
        fc.constantFrom(1, 1, 1, 2),
        fc.constantFrom(100, 1000, 5000, 1 << 19),
        fc.boolean(),
        async (seed, options, threads, blockBytes, isFile) => {
          const log = logOf(...mutatedLines(seed, LINES))
          writeFileSync(path, log)
          const source = isFile ? { ...(await fileSource(path)), name: 'log' } : sourceOf([log])
          const plain = await plainOutcome([sourceOf([log])], options)
          const fast = await fastOutcome([source], { ...options, threads, blockBytes })
          expect(fast.refused).toEqual(plain.refused)
          expect(fast.counts).toEqual(plain.counts)
          expect(fast.clients).toBe(plain.clients)
          seen.events += plain.counts.events
          seen.refused += plain.counts.refused
          seen.clients += plain.counts.clients
        },
      ),
      { numRuns: Math.ceil(total / LINES) },
    )
    // Agreement on nothing would be no agreement.
    expect(seen.events).toBeGreaterThan(total / 4)
    expect(seen.refused).toBeGreaterThan(total / 4)
    expect(seen.clients).toBeGreaterThan(total / 1000)
  })
})
