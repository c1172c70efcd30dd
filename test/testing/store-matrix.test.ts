import { expect, it } from 'vitest'
import { storeContract } from '../../src/testing/index.js'
import { findingCases } from './stores/finding-cases.js'
import { sharedMemory } from './stores/shared-memory.js'
import { CASE_OF_CHANCE, STORE_MATRIX } from './stores/store-matrix.js'
import { WRONG_STORES } from './stores/wrong-stores.js'

const named = (name: string) => storeContract.filter((each) => each.name === name)

it('the matrix has every wrong store, and only cases of the contract', () => {
  expect(Object.keys(STORE_MATRIX).sort()).toEqual(Object.keys(WRONG_STORES).sort())
  const names = new Set(storeContract.map(({ name }) => name))
  expect(names).toContain(CASE_OF_CHANCE)
  expect(
    Object.values(STORE_MATRIX).flatMap((cases) => cases.filter((name) => !names.has(name))),
  ).toEqual([])
  expect(Object.values(STORE_MATRIX).filter((cases) => cases.length === 0)).toEqual([])
})

// The slow test tries every wrong store with every case.
it.each(Object.entries(STORE_MATRIX).map(([name, cases]) => ({ name, found: cases[0] ?? '' })))(
  'a store that $name is found',
  async ({ name, found }) => {
    expect(await findingCases(name, named(found), 2)).toEqual([found])
  },
)

it('a failed case names the guarantee, and the calls for which it waits', async () => {
  const stuck = sharedMemory({ store: () => ({ clientIds: () => new Promise(() => undefined) }) })
  await stuck.renew()
  const [found] = named('the clients of a user and of a session are found')
  await expect(found?.run(stuck, { maxSeconds: 0.2 })).rejects.toThrow(
    'the store does not keep the guarantee: the clients of a user and of a session are found\n' +
      'it took longer than 0.2 seconds: it waits for clientIds',
  )
})

it('a case with random calls is repeated by its seed and path', async () => {
  const [found] = named('a store answers as a plain model does, whatever the calls')
  const wrong = sharedMemory(WRONG_STORES['does not check the expected revision'])
  const textOf = async (options: object): Promise<string> => {
    await wrong.renew()
    return String(await found?.run(wrong, options).catch((error: unknown) => error))
  }
  const first = await textOf({ seed: 7 })
  const [, path] = /path: "([\d:]+)"/.exec(first) ?? []
  expect(path).toBeDefined()
  expect(await textOf({ seed: 7, path })).toContain('Property failed after 1 tests')
  expect(await textOf({ seed: 7, numRuns: 1 })).not.toBe(first)
})
