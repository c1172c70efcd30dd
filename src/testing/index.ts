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
export { brokenLaws, foldLaws, type FoldLaw, type LawSample } from './laws.js'
export { clientfoldSubject, type FoldSubject } from './subject.js'
export { brokenInvariants, clientInvariants, type Invariant } from '../domain/invariants.js'
