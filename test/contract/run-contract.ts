import { describe, it } from 'vitest'
import { storeContract } from '../../src/testing/store-contract/store-contract.js'
import type { StoreCase, StoreHarness } from '../../src/testing/store-contract/store-case.js'

/** Runs the contract of the port on a store. Each case starts with an empty store. */
export const runStoreContract = (
  name: string,
  harness: StoreHarness,
  needs: ReadonlyArray<StoreCase['needs']> = ['one-handle', 'several-handles'],
): void => {
  describe(name, () => {
    // Without a table, which would cut long names short.
    for (const { name, run } of storeContract.filter((each) => needs.includes(each.needs))) {
      it(name, async () => {
        await harness.renew()
        await run(harness)
      })
    }
  })
}
