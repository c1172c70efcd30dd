import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { storeContract } from '../../src/testing/store-contract/store-contract.js'

const port = readFileSync(new URL('../../src/event-store/event-store.ts', import.meta.url), 'utf8')

/** The sentences in the list of the port's documentation. */
const sentences = Array.from(port.matchAll(/^ \* - (.+)$/gm), ([, sentence]) => sentence)

/** The sentence that a case checks: its name without the detail after the colon. */
const sentenceOf = (name: string): string => name.replace(/: .*$/, '')

it('each guarantee of the port is checked by a case of the contract, and each case is a guarantee', () => {
  const checked = new Set(storeContract.map(({ name }) => sentenceOf(name)))
  expect(sentences.length).toBeGreaterThan(20)
  expect(new Set(sentences).size).toBe(sentences.length)
  expect([...checked].sort()).toEqual([...sentences].sort())
})

it('no two cases of the contract have one name', () => {
  const names = storeContract.map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})
