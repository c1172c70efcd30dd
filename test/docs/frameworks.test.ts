import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { documentBlocks } from './doc-blocks.js'

const GUIDE = 'docs/guides/frameworks.md'

const blocks = documentBlocks()
  .filter(({ name }) => name.startsWith(`${GUIDE}:`))
  .map(({ code }) => code)

const isCode = (name: string): boolean => name.endsWith('.ts')

/** The examples of frameworks, which test/examples and test/bundles run. Node's own server is no framework. */
const examples = [
  ...readdirSync('examples').filter((name) => isCode(name) && name !== 'node-http.ts'),
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
