import * as E from 'fp-ts/lib/Either.js'
import type { AppendRefusal, ExpectedRevision } from '../../event-store/event-store.js'
import type { EventRecord } from './event-record.js'

/** What a store knows when it is asked to append. */
export interface StreamFacts {
  readonly isErased: boolean
  /** The client's revision: 0 where nothing was appended. */
  readonly revision: number
  /** The text under an event id, if that id is in the store, of whatever client. */
  readonly textOf: (eventId: string) => string | undefined
}

/** The revisions at which an expectation holds, both included. */
export const boundsOf = (expected: ExpectedRevision): readonly [number, number] => {
  switch (expected) {
    case 'any':
      return [0, Number.MAX_SAFE_INTEGER]
    case 'no-stream':
      return [0, 0]
    case 'stream-exists':
      return [1, Number.MAX_SAFE_INTEGER]
    default:
      return [expected, expected]
  }
}

const isExpected = (expected: ExpectedRevision, actual: number): boolean => {
  const [lowest, highest] = boundsOf(expected)
  return lowest <= actual && actual <= highest
}

/**
 * Which of the records are to be written: the one place for "once, one winner, and never again after
 * an erasure". Duplicates are left out, also those within the records themselves.
 */
export const decideAppend = (
  records: ReadonlyArray<EventRecord>,
  expected: ExpectedRevision,
  { isErased, revision, textOf }: StreamFacts,
): E.Either<AppendRefusal, ReadonlyArray<EventRecord>> => {
  if (isErased) return E.left({ _tag: 'ClientErased' })
  const fresh = new Map<string, EventRecord>()
  for (const record of records) {
    const known = textOf(record.eventId) ?? fresh.get(record.eventId)?.text
    if (known === undefined) fresh.set(record.eventId, record)
    else if (known !== record.text) return E.left({ _tag: 'EventIdConflict' })
  }
  // Nothing new: a retry, whose first try has moved the revision.
  if (fresh.size === 0) return E.right([])
  return isExpected(expected, revision)
    ? E.right([...fresh.values()])
    : E.left({ _tag: 'RevisionConflict', actual: revision })
}
