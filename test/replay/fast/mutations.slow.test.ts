import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { openEngine } from '../../../src/replay/wasm/engine.js'
import { sourceOf } from '../log-bytes.js'
import { ALL_EXAMPLES, EXAMPLES, logOfExample } from './example-lines.js'
import { givenLogFolder } from './log-folder.js'
import { checkMutations } from './mutation-property.js'
import { fastOutcome, plainOutcome } from './outcome.js'

const folder = givenLogFolder()
const total = Number(process.env.CLIENTFOLD_MUTATIONS ?? 12_000)
const debugTotal = Math.min(total, 12_000)

describe('the engine', () => {
  it(
    `the engine agrees with the plain path on ${total} mutated lines`,
    { timeout: 3_600_000 },
    async () => {
      await checkMutations(total, folder.path)
    },
  )
})

describe('the debug build of the engine', () => {
  beforeAll(() => {
    const script = fileURLToPath(new URL('../../../scripts/build-engine.mjs', import.meta.url))
    execFileSync(process.execPath, [script, '--debug'], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    })
  })

  it('the debug build refuses a block without a line by an assertion', async () => {
    const engine = await openEngine({}, 1, { build: 'debug' })
    const buffer = engine.createBuffer(100)
    await expect(engine.fold({ buffer, end: 0 }, 0, Infinity)).rejects.toThrow(
      /assertion of the engine failed: .*block\.ts:\d+/,
    )
  })

  it('the debug build agrees with the plain path on every example', async () => {
    for (const example of EXAMPLES) {
      const source = sourceOf([logOfExample(example)])
      expect(await fastOutcome([source], { build: 'debug' })).toEqual(await plainOutcome([source]))
    }
  })

  it('the debug build agrees with the plain path on all examples together, on several threads', async () => {
    const source = sourceOf([ALL_EXAMPLES])
    const plain = await plainOutcome([source])
    for (const threads of [1, 2, 3]) {
      const options = { build: 'debug', threads, blockBytes: 4000 } as const
      expect(await fastOutcome([source], options)).toEqual(plain)
    }
  })

  it(
    `the debug build agrees with the plain path on ${debugTotal} mutated lines`,
    { timeout: 3_600_000 },
    async () => {
      await checkMutations(debugTotal, folder.path, 'debug')
    },
  )
})
