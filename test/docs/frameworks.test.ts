import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { documentBlocks } from './doc-blocks.js'

const GUIDE = 'docs/guides/frameworks.md'

const blocks = documentBlocks()
  .filter(({ name }) => name.startsWith(`${GUIDE}:`))
  .map(({ code }) => code)

const isCode = (name: string): boolean => name.endsWith('.ts')

/** Node's own server is no framework; a guard and a store of one's own have their guides. */
const isElsewhere = (name: string): boolean =>
  ['node-http.ts', 'file-store.ts'].includes(name) || name.startsWith('guard-')

/** The examples of frameworks, which test/examples and test/bundles run. */
const examples = [
  ...readdirSync('examples').filter((name) => isCode(name) && !isElsewhere(name)),
  ...readdirSync('examples/next', { recursive: true, encoding: 'utf8' })
    .filter(isCode)
    .map((name) => join('next', name)),
]

it('the guide to frameworks has an example for each framework', () => {
  expect(examples).toHaveLength(5)
})

it.each(examples)('the guide to frameworks shows examples/%s as it is', (name) => {
  expect(blocks).toContain(readFileSync(join('examples', name), 'utf8'))
})
