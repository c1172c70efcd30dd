import { compareMoments } from '../domain/state.js'
import type { ClientEvent } from '../events/client-event.js'
import type { Session } from '../events/session.js'
import { isOnClient, noteClaim, putSession, type KnownSessions } from './known-sessions.js'
import { lastIn, pagesIn, type SessionSource, type SourceChange } from './session-source.js'
import { tableKeyOf, type SessionFacts } from './session-table.js'

const isSame = (left: SessionFacts, right: SessionFacts): boolean =>
  left.status === right.status &&
  left.updated_at === right.updated_at &&
  left.expire_at === right.expire_at &&
  left.abandon_at === right.abandon_at

const sessionsOf = (event: ClientEvent): ReadonlyArray<Session> =>
  event.type === 'client.observed' ? event.data.sessions : [event.data]

const learnContested = async (
  { contested }: KnownSessions,
  source: SessionSource,
  signal: AbortSignal,
): Promise<void> => {
  for (const id of await source.contested(signal)) contested.add(id)
}

/** A first reading of all sessions. */
export interface FirstReading {
  readonly known: KnownSessions
  /** The last session that is known. */
  last: Session | undefined
}

/** Reads all sessions of a source. After a failure, another call goes on where this one was. */
export const learnAll = async (
  reading: FirstReading,
  source: SessionSource,
  signal: AbortSignal,
): Promise<void> => {
  // Before the reading, because a client can be erased meanwhile; after it, because one can come to a session.
  await learnContested(reading.known, source, signal)
  for await (const page of pagesIn(source, {}, signal, reading.last)) {
    for (const session of page) putSession(reading.known, session)
    reading.last = lastIn(page) ?? reading.last
  }
  await learnContested(reading.known, source, signal)
}

/**
 * Joins what an event says of a session. The table lacks what decides between two versions of one moment, so
 * the source is asked then.
 */
const learnVersion = async (
  known: KnownSessions,
  session: Session,
  source: SessionSource,
  signal: AbortSignal,
): Promise<void> => {
  const key = tableKeyOf(session.id)
  const present = known.table.find(key)
  const order = present === undefined ? -1 : compareMoments(present, session)
  if (order < 0) putSession(known, session)
  else noteClaim(known, session)
  if (order !== 0 || present === undefined || isSame(present, session)) return
  const greatest = await source.session(session.id, signal)
  // Null if it was erased since, which comes as a change of its own.
  if (greatest !== null) putSession(known, greatest)
}

/** After an erasure: reads the sessions of the client again, and what other clients say of those that it lost. */
const learnLoss = async (
  known: KnownSessions,
  { clientId, clientHash }: SourceChange,
  source: SessionSource,
  signal: AbortSignal,
): Promise<void> => {
  const left = new Map<string, Session>()
  if (clientId !== null) {
    for await (const page of pagesIn(source, { clientId }, signal)) {
      for (const session of page) left.set(session.id, session)
    }
    // Another client may have come to a session, and its change is not here yet.
    await learnContested(known, source, signal)
  }
  for (const id of known.contested) {
    if (left.has(id) || !isOnClient(known, tableKeyOf(id), clientHash)) continue
    const session = await source.session(id, signal)
    if (session === null) known.contested.delete(id)
    else left.set(id, session)
  }
  // In one turn of the event loop: meanwhile, no session that is left may be unknown.
  known.table.deleteClient(clientHash)
  for (const session of left.values()) putSession(known, session)
}

/** Takes a change of a client in. */
export const learnChange = async (
  known: KnownSessions,
  change: SourceChange,
  source: SessionSource,
  signal: AbortSignal,
): Promise<void> => {
  if (change.events.length === 0) return learnLoss(known, change, source, signal)
  for (const { event } of change.events) {
    for (const session of sessionsOf(event)) await learnVersion(known, session, source, signal)
  }
}
