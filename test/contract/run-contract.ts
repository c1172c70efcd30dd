import { describe, it } from 'vitest'
import { describeStore } from '../../src/testing/store-contract/describe-store.js'
import type { StoreHarness, StoreNeed } from '../../src/testing/store-contract/store-case.js'

/** Runs the contract of the port on a store. Each case starts with an empty store. */
export const runStoreContract = (
  name: string,
  harness: StoreHarness,
  needs?: ReadonlyArray<StoreNeed>,
  maxSeconds = 60,
): void => {
  describeStore({ describe, it }, harness, { name, needs, maxSeconds })
}
