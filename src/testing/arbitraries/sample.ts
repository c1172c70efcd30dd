import fc from 'fast-check'
import type { ClientEvent } from '../../events/client-event.js'
import type { LawSample } from '../laws.js'
import { arbitraryDeliveries } from './deliveries.js'
import { arbitraryEvent } from './event.js'
import { arbitraryHistory } from './history.js'
import { arbitraryTime } from './session.js'

/**
 * Samples for the laws of a fold: histories that `decide` allows, and arbitrary events.
 *
 * @example
 * import fc from 'fast-check'
 * import { arbitraryLawSample, brokenLaws, clientfoldSubject } from 'clientfold/testing'
 * fc.assert(
 *   fc.property(arbitraryLawSample(), (sample) => brokenLaws(clientfoldSubject, sample).length === 0),
 * )
 */
export const arbitraryLawSample = (clientId = 'client_1'): fc.Arbitrary<LawSample> => {
  const events: fc.Arbitrary<ReadonlyArray<ClientEvent>> = fc.oneof(
    arbitraryHistory(clientId),
    fc.array(arbitraryEvent({ clientId }), { maxLength: 10 }),
  )
  const clocks = fc
    .array(arbitraryTime(), { maxLength: 3 })
    .map((times) => times.sort((left, right) => left - right))
  return events.chain((sample) =>
    fc.record({ events: fc.constant(sample), deliveries: arbitraryDeliveries(sample), clocks }),
  )
}
