import * as E from 'fp-ts/lib/Either.js'
import type { Appended, AppendRefusal, Recording } from '../../event-store/event-store.js'

/** What became of one event that was appended with the expectation `any`. */
export const recordingOf = (appended: E.Either<AppendRefusal, Appended>): Recording => {
  if (E.isRight(appended)) {
    const [recorded] = appended.right.recorded
    return recorded === undefined ? { _tag: 'Duplicate' } : { _tag: 'Recorded', recorded }
  }
  if (appended.left._tag !== 'RevisionConflict') return appended.left
  throw new Error('nothing was expected of the revision, and yet it conflicts')
}
