import * as E from 'fp-ts/lib/Either.js'
import type { RecordOutcome } from '../../event-store/record-outcome.js'
import type { AppendAnswer } from './appends.js'

/** The outcome of recording one event, from the answer to its append with the expectation `any`. */
export const recordOutcomeOf = (answer: AppendAnswer): RecordOutcome => {
  if (E.isRight(answer)) {
    const [recorded] = answer.right.recorded
    return recorded === undefined ? { _tag: 'Duplicate' } : { _tag: 'Recorded', recorded }
  }
  if (answer.left._tag !== 'RevisionConflict') return answer.left
  throw new Error('an append that expects any revision was answered with a revision conflict')
}
