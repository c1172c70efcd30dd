import * as E from 'fp-ts/lib/Either.js'
import type { AppendRefusal } from '../../event-store/append-refusal.js'
import type { AppendResult, ExpectedRevision } from '../../event-store/event-store.js'
import type { Position, RecordedEvent } from '../../event-store/recorded-event.js'
import { decideAppend } from './append-decision.js'
import { recordedAs, type EventRecord } from './event-record.js'
import type { MomentOf } from './tombstones.js'

/** One append of a group that is decided and written together. */
export interface Append {
  readonly clientId: string
  readonly records: ReadonlyArray<EventRecord>
  readonly expected: ExpectedRevision
}

/** The answer to one append. */
export type AppendAnswer = E.Either<AppendRefusal, AppendResult>

/** The stored facts about the clients and the events of a group of appends, before they are written. */
export interface StoredFacts {
  /** Null if the store holds no tombstone. */
  readonly momentOf: MomentOf | null
  /** The revision of the client's last event: 0 for a client without events. */
  readonly revisionOf: (clientId: string) => number
  /** The revision up to which a client may have holes, because something was erased; usually 0. */
  readonly horizonOf: (clientId: string) => number
  readonly textOf: (eventId: string) => string | undefined
  /** Whether the store has dropped an event with this id. */
  readonly wasDropped: (eventId: string) => boolean
}

/** An event to write, with the revision that it gets. */
export interface EventWrite {
  readonly record: EventRecord
  readonly revision: number
}

/** The decision about one append, before its events have positions. */
export type AppendDecision = E.Either<
  AppendRefusal,
  { readonly revision: number; readonly writes: ReadonlyArray<EventWrite> }
>

/**
 * Decides one append after the other, each as if those before it were written.
 *
 * @example
 * import { decideAppends, recordOf } from 'clientfold/store-engine'
 * import { exampleEvents } from 'clientfold/testing'
 * const records = exampleEvents.slice(0, 1).map((event) => recordOf(event, Date.now()))
 * const [decision] = decideAppends([{ clientId: 'client_ada_laptop', records, expected: 'any' }], {
 *   momentOf: null,
 *   revisionOf: () => 7, // what the database says about the client
 *   horizonOf: () => 0,
 *   textOf: () => undefined, // what the database says about the id
 *   wasDropped: () => false,
 * })
 * if (decision?._tag === 'Right') decision.right.revision // => 8
 */
export const decideAppends = (
  appends: ReadonlyArray<Append>,
  facts: StoredFacts,
): ReadonlyArray<AppendDecision> => {
  const revisions = new Map<string, number>()
  const texts = new Map<string, string>()
  return appends.map(({ clientId, records, expected }) => {
    let revision = revisions.get(clientId) ?? facts.revisionOf(clientId)
    const decision = decideAppend(records, expected, {
      momentOf: facts.momentOf,
      revision,
      textOf: (eventId) => texts.get(eventId) ?? facts.textOf(eventId),
      wasDropped: facts.wasDropped,
    })
    if (E.isLeft(decision)) return decision
    // An erased revision is not given again: a reader may have seen it.
    if (decision.right.length > 0) revision = Math.max(revision, facts.horizonOf(clientId))
    const writes = decision.right.map((record) => {
      texts.set(record.eventId, record.text)
      return { record, revision: ++revision }
    })
    revisions.set(clientId, revision)
    return E.right({ revision, writes })
  })
}

/** The events to write for some decisions, in the order of the appends. */
export const writesOf = (decisions: ReadonlyArray<AppendDecision>): ReadonlyArray<EventWrite> =>
  decisions.flatMap((decision) => (E.isRight(decision) ? decision.right.writes : []))

/**
 * The answers to decided appends.
 *
 * @param positions - of all written events, in the order of {@link writesOf}
 */
export const answersOf = (
  decisions: ReadonlyArray<AppendDecision>,
  positions: Iterable<Position>,
): ReadonlyArray<AppendAnswer> => {
  const nextPositions = positions[Symbol.iterator]()
  const recordedEvent = ({ record, revision }: EventWrite): RecordedEvent => {
    const next = nextPositions.next()
    if (next.done === true) throw new Error('fewer events were written than were decided')
    return recordedAs(record, revision, next.value)
  }
  return decisions.map(
    E.map(({ revision, writes }) => ({ revision, recorded: writes.map(recordedEvent) })),
  )
}

/** An append of one event that names one session and one user. */
export interface OneEventAppend {
  readonly record: EventRecord
  readonly expected: ExpectedRevision
}

/**
 * The append of a group that consists of one event with one session. Most groups are like this, and
 * stores write them in a shorter way. Undefined for all other groups.
 */
export const oneEventOf = ([append, ...more]: ReadonlyArray<Append>):
  OneEventAppend | undefined => {
  if (append === undefined || more.length > 0) return undefined
  const [record, ...others] = append.records
  if (record === undefined || others.length > 0) return undefined
  const hasOneSession = record.sessionIds.length === 1 && record.userIds.length === 1
  return hasOneSession ? { record, expected: append.expected } : undefined
}
