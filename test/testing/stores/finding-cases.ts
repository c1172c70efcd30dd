import { storeContract } from '../../../src/testing/index.js'
import { sharedMemory } from './shared-memory.js'
import { WRONG_STORES } from './wrong-stores.js'

/** With a fixed seed, so that finding a fault does not depend on chance. A follower that skips waits for ever. */
const SEED = 7

/** The names of the cases that a wrong store does not pass, in the order of the contract. */
export const findingCases = async (
  name: string,
  cases = storeContract,
  maxSeconds = 20,
): Promise<ReadonlyArray<string>> => {
  const fault = WRONG_STORES[name]
  if (fault === undefined) throw new Error(`no wrong store has this name: ${name}`)
  const harness = sharedMemory(fault)
  const found: string[] = []
  for (const each of cases) {
    await harness.renew()
    await each.run(harness, { seed: SEED, maxSeconds }).catch((error: unknown) => {
      // A wrong store that fails for another reason would prove nothing.
      const cause = error instanceof Error ? error.cause : error
      if (/(Type|Reference)Error/.test(String(cause))) throw cause
      found.push(each.name)
    })
  }
  return found
}
