import { appendingCases } from './appending.js'
import { backupCases } from './backup.js'
import { checkingCases } from './checking.js'
import { compactingCases } from './compacting.js'
import { deliveringDroppedCases } from './delivering-dropped.js'
import { erasingCases } from './erasing.js'
import { executingCases } from './executing.js'
import { forgettingCases } from './forgetting.js'
import { lastPositionCases } from './last-position.js'
import { modelCases } from './model.js'
import { onceCases } from './once.js'
import { pendingErasureCases } from './pending-erasures.js'
import { quarantineCases } from './quarantine.js'
import { racingCases } from './racing.js'
import { readingCases } from './reading.js'
import { refusingErasedCases } from './refusing-erased.js'
import type { StoreCase } from './store-case.js'

/**
 * The guarantees of every `EventStore`, as cases that any test runner can run. A case rejects with an
 * assertion error of `node:assert`.
 */
export const storeContract: ReadonlyArray<StoreCase> = [
  ...appendingCases,
  ...onceCases,
  ...readingCases,
  ...lastPositionCases,
  ...erasingCases,
  ...refusingErasedCases,
  ...compactingCases,
  ...deliveringDroppedCases,
  ...forgettingCases,
  ...pendingErasureCases,
  ...quarantineCases,
  ...backupCases,
  ...checkingCases,
  ...modelCases,
  ...racingCases,
  ...executingCases,
]
