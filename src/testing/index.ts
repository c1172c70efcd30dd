/**
 * What users need to test their own code against the events and the fold: `clientfold/testing`.
 *
 * @packageDocumentation
 */
export { arbitraryDeliveries } from './arbitraries/deliveries.js'
export { arbitraryEvent, arbitraryObservation, arbitrarySessionEvent } from './arbitraries/event.js'
export { arbitraryCommands, arbitraryHistory } from './arbitraries/history.js'
export { arbitraryJson, arbitraryJsonObject, arbitraryText } from './arbitraries/json.js'
export { arbitraryLawSample } from './arbitraries/sample.js'
export {
  arbitraryClientId,
  arbitrarySession,
  arbitraryTime,
  type SessionConstraints,
} from './arbitraries/session.js'
export {
  brokenCompactionLaws,
  compactionLaws,
  type Compaction,
  type CompactionLaw,
} from './compaction-laws.js'
export { brokenLaws, foldLaws, type FoldLaw, type LawSample } from './laws.js'
export { exampleBodies, exampleEvents } from './example-events.js'
export { clientfoldSubject, type FoldSubject } from './subject.js'
export { brokenInvariants, clientInvariants, type Invariant } from '../domain/invariants.js'
export { storeContract } from './store-contract/store-contract.js'
export type { StoreCase, StoreHarness } from './store-contract/store-case.js'
export {
  startVerification,
  startVerificationOf,
  type LawReport,
  type Verification,
} from './verification.js'
