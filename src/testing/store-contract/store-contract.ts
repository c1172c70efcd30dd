import { appendingCases } from './appending.js'
import { backupCases } from './backup.js'
import { boundedCase } from './bounded-case.js'
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

const CASES: ReadonlyArray<StoreCase> = [
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

/**
 * The guarantees of every `EventStore`, as cases that any test runner can run. A case rejects with the guarantee
 * that the store does not keep, and with what differs. It rejects too if it takes longer than its time limit, and
 * then says for which calls of the store it waits.
 */
export const storeContract: ReadonlyArray<StoreCase> = CASES.map(boundedCase)
