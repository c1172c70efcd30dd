import * as E from 'fp-ts/lib/Either.js'
import { decideAppend } from './append-decision.js'
import type { Appended, AppendRefusal, ExpectedRevision } from '../../event-store/event-store.js'
import { writtenAs, type EventRecord } from './event-record.js'
import type { Position } from '../../event-store/recorded-event.js'
import { keyOf, type StorageKey } from './storage-key.js'

/** One append among those that are decided and written together. */
export interface Append {
  readonly clientId: string
  readonly records: ReadonlyArray<EventRecord>
  readonly expected: ExpectedRevision
}

/** What a store knows of the clients and the events of some appends, before they are written. */
export interface StoredFacts {
  readonly isErased: (clientId: string) => boolean
  /** 0 where nothing was appended. */
  readonly revisionOf: (clientId: string) => number
  readonly textOf: (eventId: string) => string | undefined
}

/** An event that is going to be written. */
export interface Planned {
  readonly record: EventRecord
  readonly revision: number
}

/** What an append comes to, before positions are given. */
export type Decided = E.Either<
  AppendRefusal,
  { readonly revision: number; readonly planned: ReadonlyArray<Planned> }
>

/** Decides one append after the other, each as if those before it were written. */
export const decideAppends = (
  appends: ReadonlyArray<Append>,
  facts: StoredFacts,
): ReadonlyArray<Decided> => {
  const revisions = new Map<string, number>()
  const texts = new Map<string, string>()
  return appends.map(({ clientId, records, expected }) => {
    let revision = revisions.get(clientId) ?? facts.revisionOf(clientId)
    const decision = decideAppend(records, expected, {
      isErased: facts.isErased(clientId),
      revision,
      textOf: (eventId) => texts.get(eventId) ?? facts.textOf(eventId),
    })
    if (E.isLeft(decision)) return decision
    const planned = decision.right.map((record) => {
      texts.set(record.eventId, record.text)
      return { record, revision: ++revision }
    })
    revisions.set(clientId, revision)
    return E.right({ revision, planned })
  })
}

/** What of decided appends is to be written, in its order. */
export const plannedIn = (decided: ReadonlyArray<Decided>): ReadonlyArray<Planned> =>
  decided.flatMap((each) => (E.isRight(each) ? each.right.planned : []))

/**
 * The answers to decided appends.
 *
 * @param positions - of all that was planned, in its order
 */
export const answersTo = (
  decided: ReadonlyArray<Decided>,
  positions: Iterable<Position>,
): ReadonlyArray<E.Either<AppendRefusal, Appended>> => {
  const inOrder = positions[Symbol.iterator]()
  const written = ({ record, revision }: Planned): Appended['recorded'][number] => {
    const next = inOrder.next()
    if (next.done === true) throw new Error('fewer events were written than were decided')
    return writtenAs(record, revision, next.value)
  }
  return decided.map(
    E.map(({ revision, planned }) => ({ revision, recorded: planned.map(written) })),
  )
}

/** An append of one event that speaks of one session. */
export interface OneEvent {
  readonly record: EventRecord
  readonly expected: ExpectedRevision
}

/** What most appends are, which stores write by a shorter way; nothing if these are more, or others. */
export const oneEventOf = ([append, ...more]: ReadonlyArray<Append>): OneEvent | undefined => {
  if (append === undefined || more.length > 0) return undefined
  const [record, ...others] = append.records
  if (record === undefined || others.length > 0) return undefined
  const isOfOneSession = record.sessionIds.length === 1 && record.userIds.length === 1
  return isOfOneSession ? { record, expected: append.expected } : undefined
}

/** A look-up's row: the key of a session or a user, and that of its client. */
export type Link = readonly [key: StorageKey, clientKey: StorageKey]

/** The rows of a look-up that some records ask for, each once. */
export const linksOf = (
  records: Iterable<EventRecord>,
  named: 'sessionIds' | 'userIds',
): ReadonlyArray<Link> => {
  const ofClient = new Map<string, Set<string>>()
  for (const record of records) {
    let ids = ofClient.get(record.clientId)
    if (ids === undefined) ofClient.set(record.clientId, (ids = new Set()))
    for (const id of record[named]) ids.add(id)
  }
  return [...ofClient].flatMap(([clientId, ids]) => {
    const clientKey = keyOf(clientId)
    return Array.from(ids, (id): Link => [keyOf(id), clientKey])
  })
}
