import { storeContract } from './store-contract.js'
import type { StoreCase, StoreCaseOptions, StoreHarness, StoreNeed } from './store-case.js'

/** The two functions of a test runner: those of Vitest, Jest, Mocha, Bun or `node:test`. */
export interface StoreTestRunner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, body: () => Promise<void>, milliseconds: number) => unknown
}

/** Which cases run, and how. */
export interface DescribeStoreOptions extends StoreCaseOptions {
  /** The name of the store; `the store` unless given. */
  readonly name?: string | undefined
  /** What the store can do; everything unless given. Cases that need more are left out. */
  readonly needs?: ReadonlyArray<StoreNeed> | undefined
}

/** The runner's own limit comes later, so that the message of the case is read. */
const LATER_MILLISECONDS = 5000

/**
 * Gives every case of {@link storeContract} to a test runner. Each case starts with an empty store.
 *
 * @example
 * import { openMemoryStore } from 'clientfold'
 * import { describeStore } from 'clientfold/testing'
 * const names: string[] = []
 * const runner = {
 *   describe: (_name: string, body: () => void) => body(),
 *   it: (name: string) => names.push(name), // `describe` and `it` of your test runner
 * }
 * const harness = { open: async () => openMemoryStore(), renew: async () => undefined }
 * describeStore(runner, harness, { needs: ['one-handle'], seed: 1 })
 * names.includes('an append writes all of its events or none') // => true
 */
export const describeStore = (
  { describe, it }: StoreTestRunner,
  harness: StoreHarness,
  options: DescribeStoreOptions = {},
): void => {
  const { name: storeName = 'the store', needs, ...caseOptions } = options
  const { maxSeconds = 60 } = caseOptions
  const isAsked = (each: StoreCase): boolean => needs?.includes(each.needs) ?? true
  describe(storeName, () => {
    for (const { name, run } of storeContract.filter(isAsked)) {
      const body = async (): Promise<void> => {
        await harness.renew()
        await run(harness, caseOptions)
      }
      it(name, body, maxSeconds * 1000 + LATER_MILLISECONDS)
    }
  })
}
