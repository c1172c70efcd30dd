import * as E from 'fp-ts/lib/Either.js'
import { clientIdOf, type ClientEvent } from '../../events/client-event.js'
import { parseEvent } from '../../events/decode-event.js'
import type { Session } from '../../events/session.js'
import type { RecordedEvent } from '../../event-store/recorded-event.js'
import { recordOf, type EventRecord, type StoredEvent } from './event-record.js'
import { lookUpIdsOf } from './look-ups.js'
import { mentionsId } from './mentions-id.js'
import { idOf, keyOf, tombstoneOf, type StorageKey } from './storage-key.js'
import { observationWithout } from './tombstones.js'

/** Whom to erase: a client whole, or a user from every client. */
export interface ErasureSubject {
  readonly kind: 'client' | 'user'
  readonly id: string
}

/** Sessions of one client to forget. A client without other sessions goes whole. */
export interface ForgottenSessions {
  readonly kind: 'sessions'
  readonly ids: ReadonlySet<string>
}

/** An event that keeps its revision and gets another content. */
export interface EventRewrite {
  readonly revision: number
  readonly record: EventRecord
}

/** What an erasure does to one client. */
export interface ClientErasure {
  /** Revisions of the events to delete. */
  readonly deleted: ReadonlyArray<number>
  readonly rewritten: ReadonlyArray<EventRewrite>
  /** The revision up to which the client has holes from now on: its highest one. */
  readonly horizon: number
  /** Null if it cannot be known: all events are damaged, and the key is a hash. */
  readonly clientHash: string | null
  /** The keys whose look-up rows lead to this client and have to go; null: all that lead to it. */
  readonly sessionKeys: ReadonlyArray<StorageKey> | null
  readonly userKeys: ReadonlyArray<StorageKey> | null
  /** The latest `created_at` of an erased session, epoch milliseconds; -1 without one. */
  readonly latestCreatedAt: number
}

/** An event of a client, decoded; null if it is damaged. */
interface DecodedEvent {
  readonly revision: number
  readonly event: ClientEvent | null
  readonly text: string
  readonly recordedAt: number
}

type Outcome = 'kept' | 'deleted' | EventRewrite

const decodedOf = ({ text, revision, recordedAt, problem }: StoredEvent): DecodedEvent => {
  const event = parseEvent(text)
  return {
    revision: Number(revision),
    event: problem === undefined && E.isRight(event) ? event.right : null,
    text,
    recordedAt: Number(recordedAt),
  }
}

const sessionsOf = (event: ClientEvent): ReadonlyArray<Session> =>
  event.type === 'client.observed' ? event.data.sessions : [event.data]

const isOf =
  (subject: ErasureSubject | ForgottenSessions) =>
  (session: Session): boolean => {
    switch (subject.kind) {
      case 'client':
        return session.client_id === subject.id
      case 'user':
        return session.user_id === subject.id
      case 'sessions':
        return subject.ids.has(session.id)
    }
  }

const outcomeOf = (subject: ErasureSubject | ForgottenSessions, stored: DecodedEvent): Outcome => {
  const { event, revision, text, recordedAt } = stored
  if (subject.kind === 'client') return 'deleted'
  if (event === null) {
    // Sessions are forgotten only where nothing is damaged.
    if (subject.kind === 'sessions') return 'kept'
    // A damaged event cannot be taken apart. If it is about the user, all of it goes.
    return mentionsId(Buffer.from(text), subject.id) ? 'deleted' : 'kept'
  }
  const isErased = isOf(subject)
  if (!sessionsOf(event).some(isErased)) return 'kept'
  if (event.type !== 'client.observed') return 'deleted'
  const rest = observationWithout(event, isErased)
  if (rest.data.sessions.length === 0) return 'deleted'
  return { revision, record: recordOf(rest, recordedAt) }
}

/** The ids of some events and records, by which an event that has become equal to another one is found. */
const eventIdOf = ({ event, recordedAt }: DecodedEvent): string | null =>
  event === null ? null : recordOf(event, recordedAt).eventId

const keysOf = (
  events: ReadonlyArray<ClientEvent>,
  ids: 'sessionIds' | 'userIds',
): ReadonlySet<StorageKey> => new Set(events.flatMap((event) => lookUpIdsOf(event)[ids].map(keyOf)))

/** A revision that is damaged is left out. */
const highestOf = (events: ReadonlyArray<DecodedEvent>): number =>
  events.reduce(
    (highest, { revision }) =>
      Number.isSafeInteger(revision) ? Math.max(highest, revision) : highest,
    0,
  )

/** What decides what goes of a client. */
interface Loss {
  readonly outcomes: ReadonlyArray<Outcome>
  readonly isErased: (session: Session) => boolean
  /** The user whose own row goes also where only a damaged event named the user. */
  readonly userId?: string
  /** True if no event is left, so that damaged ones need no look-up rows either. */
  readonly isWhole?: boolean
}

/** The changes of a client that follow from what happens to each of its events. */
const changesOf = (
  clientKey: StorageKey,
  events: ReadonlyArray<DecodedEvent>,
  { outcomes, isErased, userId, isWhole = false }: Loss,
): ClientErasure => {
  // An id costs the text of the event, and is compared only with those of rewritten events.
  const hasRewrites = outcomes.some((outcome) => typeof outcome === 'object')
  const eventIds = new Set(
    events.flatMap((each, index) =>
      hasRewrites && outcomes[index] === 'kept' ? (eventIdOf(each) ?? []) : [],
    ),
  )
  const deleted: number[] = []
  const rewritten: EventRewrite[] = []
  const [before, after]: [ClientEvent[], ClientEvent[]] = [[], []]
  let latestCreatedAt = -1
  for (const [index, { event, revision }] of events.entries()) {
    const outcome = outcomes[index] ?? 'kept'
    if (event !== null) {
      before.push(event)
      for (const session of sessionsOf(event)) {
        if (isErased(session)) latestCreatedAt = Math.max(latestCreatedAt, session.created_at)
      }
    }
    if (outcome === 'kept') {
      if (event !== null) after.push(event)
    } else if (outcome === 'deleted' || eventIds.has(outcome.record.eventId)) {
      deleted.push(revision)
    } else {
      eventIds.add(outcome.record.eventId)
      rewritten.push(outcome)
      after.push(outcome.record.event)
    }
  }
  const isDamaged = before.length < events.length
  const goneOf = (ids: 'sessionIds' | 'userIds'): ReadonlyArray<StorageKey> | null => {
    if (isWhole && isDamaged) return null
    const present = keysOf(after, ids)
    return [...keysOf(before, ids)].filter((key) => !present.has(key))
  }
  const userKeys = goneOf('userIds')
  const [first] = before
  const clientId = first === undefined ? idOf(clientKey) : clientIdOf(first)
  return {
    deleted,
    rewritten,
    horizon: highestOf(events),
    clientHash: clientId === null ? null : tombstoneOf('client', clientId),
    sessionKeys: goneOf('sessionIds'),
    userKeys:
      userId !== undefined && userKeys !== null
        ? [...new Set([...userKeys, keyOf(userId)])]
        : userKeys,
    latestCreatedAt,
  }
}

/** Plans what an erasure does to a client. It is pure, and the same for every store. */
export const planErasure = (
  subject: ErasureSubject,
  clientKey: StorageKey,
  stored: ReadonlyArray<StoredEvent>,
): ClientErasure => {
  const events = stored.map(decodedOf)
  return changesOf(clientKey, events, {
    outcomes: events.map((each) => outcomeOf(subject, each)),
    isErased: isOf(subject),
    isWhole: subject.kind === 'client',
    ...(subject.kind === 'user' && { userId: subject.id }),
  })
}

/** The events of a client of which none is damaged. */
const decodedOfSound = (recorded: ReadonlyArray<RecordedEvent>): ReadonlyArray<DecodedEvent> =>
  recorded.map(({ event, revision }) => ({
    event,
    revision,
    text: '',
    recordedAt: event.recorded_at ?? 0,
  }))

/** Plans what the forgetting of sessions does to their client. If no other session is left, all goes. */
export const planForgetting = (
  subject: ForgottenSessions,
  clientKey: StorageKey,
  recorded: ReadonlyArray<RecordedEvent>,
): ClientErasure => {
  const events = decodedOfSound(recorded)
  const isErased = isOf(subject)
  const isLeft = recorded.some(({ event }) =>
    sessionsOf(event).some((session) => !isErased(session)),
  )
  const outcomes = events.map((each) => (isLeft ? outcomeOf(subject, each) : 'deleted'))
  return changesOf(clientKey, events, { outcomes, isErased })
}

/** Plans to delete the events of some revisions of a client. */
export const planDeletion = (
  revisions: ReadonlySet<number>,
  clientKey: StorageKey,
  recorded: ReadonlyArray<RecordedEvent>,
): ClientErasure => {
  const events = decodedOfSound(recorded)
  const outcomes = events.map(({ revision }) => (revisions.has(revision) ? 'deleted' : 'kept'))
  return changesOf(clientKey, events, { outcomes, isErased: () => false })
}
