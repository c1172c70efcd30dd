import * as E from 'fp-ts/lib/Either.js'
import type { Erased, ErasedKind } from '../../event-store/append-refusal.js'
import type { ClientEvent, ClientObserved } from '../../events/client-event.js'
import { documentedClient } from '../../events/client.js'
import type { Session } from '../../events/session.js'
import { recordOf, type EventRecord } from './event-record.js'
import { tombstoneOf } from './storage-key.js'

/** A tombstone that refuses an event, if its moment is after `createdAt`. */
export interface TombstoneCheck {
  readonly what: ErasedKind
  readonly tombstone: string
  /** Epoch milliseconds; -1 where the tombstone refuses whatever its moment is. */
  readonly createdAt: number
}

/** The moment of a tombstone, in epoch milliseconds; undefined if the store does not hold it. */
export type MomentOf = (tombstone: string) => number | undefined

const checksOfSession = (session: Session): ReadonlyArray<TombstoneCheck> => [
  {
    what: 'client',
    tombstone: tombstoneOf('client', session.client_id),
    createdAt: session.created_at,
  },
  { what: 'user', tombstone: tombstoneOf('user', session.user_id), createdAt: session.created_at },
  { what: 'session', tombstone: tombstoneOf('session', session.id), createdAt: -1 },
]

/** The tombstones that can refuse an event, or a session in it. If none does, it is recorded as it is. */
export const checksOf = (event: ClientEvent): ReadonlyArray<TombstoneCheck> => {
  if (event.type !== 'client.observed') return checksOfSession(event.data)
  const { id, sessions, created_at: createdAt } = event.data
  return sessions.length > 0
    ? sessions.flatMap(checksOfSession)
    : [{ what: 'client', tombstone: tombstoneOf('client', id), createdAt }]
}

/**
 * The checks of some records, each tombstone once, with the earliest creation: a tombstone refuses one of
 * the records if it refuses that one. Of a record with one session: its client, its user, the session.
 */
export const earliestChecksOf = (
  records: ReadonlyArray<Pick<EventRecord, 'event'>>,
): ReadonlyArray<TombstoneCheck> => {
  const checks = new Map<string, TombstoneCheck>()
  for (const { event } of records) {
    for (const check of checksOf(event)) {
      const other = checks.get(check.tombstone)
      if (other === undefined || check.createdAt < other.createdAt) {
        checks.set(check.tombstone, check)
      }
    }
  }
  return [...checks.values()]
}

const refusalOf = (
  checks: ReadonlyArray<TombstoneCheck>,
  momentOf: MomentOf,
): Erased | undefined => {
  const refusing = checks.find(
    ({ tombstone, createdAt }) => (momentOf(tombstone) ?? -1) > createdAt,
  )
  return refusing && { _tag: 'Erased', what: refusing.what }
}

/** An observation without some of its sessions. It does not point to any of them either. */
export const observationWithout = (
  event: ClientObserved,
  isTakenOut: (session: Session) => boolean,
): ClientObserved => {
  const { last_active_session_id: active, sessions, ...data } = event.data
  const rest = sessions.filter((session) => !isTakenOut(session))
  const isPresent = sessions.length === rest.length || rest.some(({ id }) => id === active)
  const wasTakenOut = !isPresent && sessions.some(({ id }) => id === active)
  return {
    ...event,
    data: documentedClient({
      ...data,
      sessions: rest,
      last_active_session_id: wasTakenOut ? null : active,
    }),
  }
}

/**
 * The record of what may be recorded of an event: all of it, an observation without the sessions that
 * were erased, or nothing. The one rule for what tombstones do.
 *
 * @param momentOf - null if the store holds no tombstone, which saves the hashes of the ids
 */
export const withoutErased = (
  record: EventRecord,
  momentOf: MomentOf | null,
): E.Either<Erased, EventRecord> => {
  if (momentOf === null) return E.right(record)
  const { event, recordedAt } = record
  const refusal = refusalOf(checksOf(event), momentOf)
  if (refusal === undefined) return E.right(record)
  if (event.type !== 'client.observed') return E.left(refusal)
  const rest = observationWithout(
    event,
    (session) => refusalOf(checksOfSession(session), momentOf) !== undefined,
  )
  return rest.data.sessions.length === 0 ? E.left(refusal) : E.right(recordOf(rest, recordedAt))
}

/** The ids of those events of some records that may be recorded. */
export const allowedEventIdsOf = (
  records: ReadonlyArray<EventRecord>,
  momentOf: MomentOf | null,
): ReadonlyArray<string> =>
  records.flatMap((record) => {
    const allowed = withoutErased(record, momentOf)
    return E.isRight(allowed) ? allowed.right.eventId : []
  })
