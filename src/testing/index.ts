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
export { arbitraryStory, type StoryConstraints } from './stories/arbitrary-story.js'
export type { Change, Form, StoryStep } from './stories/step.js'
export { storyBodies } from './stories/story-bodies.js'
export { storyLabels } from './stories/story-labels.js'
export type { Story, StoryEvent, StorySession } from './stories/story.js'
export {
  assertLaws,
  checkLaws,
  type BrokenLaw,
  type LawsOptions,
  type LawsReport,
} from './subject-laws/check-laws.js'
export {
  hostileDeliveries,
  type DeliveryClass,
  type HostileDelivery,
  type HostileDeliveriesOptions,
} from './subject-laws/hostile-deliveries.js'
export {
  assertInterleavings,
  type InterleavingsOptions,
  type RunStep,
} from './subject-laws/interleavings.js'
export type { Breach } from './subject-laws/law.js'
export { fetchSubject, urlSubject, type FetchSubjectOptions } from './subjects/fetch-subject.js'
export { reducerSubject, type Reducer } from './subjects/reducer-subject.js'
export { signedRequest, type DeliveryContent } from './subjects/signed-request.js'
export type { DeliveryAnswer, DeliveryRequest, Subject } from './subjects/subject.js'
export { brokenLaws, foldLaws, type FoldLaw, type LawSample } from './laws.js'
export { exampleBodies, exampleEvents } from './example-events.js'
export { clientfoldSubject, type FoldSubject } from './subject.js'
export { brokenInvariants, clientInvariants, type Invariant } from '../domain/invariants.js'
export { given, type CommandScenario, type Scenario, type Stated } from './scenario/scenario.js'
export { storeContract } from './store-contract/store-contract.js'
export {
  describeStore,
  type DescribeStoreOptions,
  type StoreTestRunner,
} from './store-contract/describe-store.js'
export type {
  StoreCase,
  StoreCaseOptions,
  StoreHarness,
  StoreNeed,
} from './store-contract/store-case.js'
export { startAnomalySearch, type Anomaly, type AnomalySearch } from './anomalies.js'
export {
  startVerification,
  startVerificationOf,
  type LawReport,
  type LogPlace,
  type Verification,
} from './verification.js'
