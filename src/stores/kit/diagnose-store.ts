import { sound, urgent, type Finding } from '../../event-store/finding.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { StoreEngine } from './store-engine.js'

/** Whether the store takes writes, as a finding. */
const writingFinding = async ({ checkWritable }: StoreEngine): Promise<Finding> => {
  try {
    await checkWritable?.()
    return sound('writing', 'the store takes writes')
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    return urgent(
      'writing',
      `nothing can be written: ${error.message}`,
      'mend that, or let only readers use this store',
    )
  }
}

/** Looks at the database of a store, and tries whether it takes writes. */
export const diagnoseStore = async (engine: StoreEngine): Promise<ReadonlyArray<Finding>> => [
  ...((await engine.diagnose?.()) ?? []),
  await writingFinding(engine),
]
