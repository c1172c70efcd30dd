import * as E from 'fp-ts/lib/Either.js'
import { parseEvent } from '../../events/decode-event.js'
import { isSameEvent } from '../../events/same-event.js'
import type { AppendRefusal } from '../../event-store/append-refusal.js'
import type { ExpectedRevision } from '../../event-store/event-store.js'
import type { EventRecord } from './event-record.js'
import { withoutErased, type MomentOf } from './tombstones.js'

/** The stored facts on which the decision about an append depends. */
export interface StreamFacts {
  /** Null if the store holds no tombstone. */
  readonly momentOf: MomentOf | null
  /** The revision of the client's last event: 0 for a client without events. */
  readonly revision: number
  /** The text stored under an event id, of any client; undefined if the id is not in the store. */
  readonly textOf: (eventId: string) => string | undefined
  /** Whether the store has dropped an event with this id. */
  readonly wasDropped: (eventId: string) => boolean
}

/** The lowest and the highest revision at which an expectation holds. */
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

/** Whether a record is the event whose text is stored under its id. A text that is damaged is another event. */
const isStored = ({ text, event }: EventRecord, stored: string): boolean => {
  // Nearly every duplicate has the same text, and needs no decoding.
  if (text === stored) return true
  const decoded = parseEvent(stored)
  return E.isRight(decoded) && isSameEvent(event, decoded.right)
}

/**
 * Decides which of the records to write. This is the one place for three rules: an event id is
 * written once, a revision has one winner, and what was erased is not recorded again. Duplicates are
 * left out, also those within the records themselves. `isSameEvent` says what a duplicate is.
 */
export const decideAppend = (
  records: ReadonlyArray<EventRecord>,
  expected: ExpectedRevision,
  { momentOf, revision, textOf, wasDropped }: StreamFacts,
): E.Either<AppendRefusal, ReadonlyArray<EventRecord>> => {
  const allowed: EventRecord[] = []
  for (const record of records) {
    const rest = withoutErased(record, momentOf)
    if (E.isLeft(rest)) return rest
    allowed.push(rest.right)
  }
  const newRecords = new Map<string, EventRecord>()
  for (const record of allowed) {
    const text = textOf(record.eventId) ?? newRecords.get(record.eventId)?.text
    if (text === undefined) {
      // What a compaction dropped is a duplicate. Its content is not known any more.
      if (!wasDropped(record.eventId)) newRecords.set(record.eventId, record)
    } else if (!isStored(record, text)) return E.left({ _tag: 'EventIdConflict' })
  }
  // Only duplicates: a retry of an append that has already raised the revision.
  if (newRecords.size === 0) return E.right([])
  return isExpected(expected, revision)
    ? E.right([...newRecords.values()])
    : E.left({ _tag: 'RevisionConflict', actual: revision })
}
