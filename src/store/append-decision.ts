import * as E from 'fp-ts/lib/Either.js'
import type { AppendRefusal, ExpectedRevision } from './event-store.js'
import type { EventRecord } from './recorded-event.js'

/** What a store knows when it is asked to append. */
export interface StreamFacts {
  readonly isErased: boolean
  /** The client's revision: 0 where nothing was appended. */
  readonly revision: number
  /** The text under an event id, if that id is in the store, of whatever client. */
  readonly textOf: (eventId: string) => string | undefined
}

const isExpected = (expected: ExpectedRevision, actual: number): boolean => {
  switch (expected) {
    case 'any':
      return true
    case 'no-stream':
      return actual === 0
    case 'stream-exists':
      return actual > 0
    default:
      return expected === actual
  }
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
