import { appendingCases } from './appending.js'
import { erasingCases } from './erasing.js'
import { modelCases } from './model.js'
import { onceCases } from './once.js'
import { quarantineCases } from './quarantine.js'
import { readingCases } from './reading.js'
import type { StoreCase } from './store-case.js'

/**
 * What every `EventStore` has to keep, as cases that any test runner can run; they throw assertion
 * errors of `node:assert`.
 */
export const storeContract: ReadonlyArray<StoreCase> = [
  ...appendingCases,
  ...onceCases,
  ...readingCases,
  ...erasingCases,
  ...quarantineCases,
  ...modelCases,
]
