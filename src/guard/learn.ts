import { compareMoments } from '../domain/state.js'
import { clientHashOf } from '../event-store/client-hash.js'
import type { ClientEvent } from '../events/client-event.js'
import type { Session } from '../events/session.js'
import { pagesIn, type SessionSource, type SourceChange } from './session-source.js'
import { tableKeyOf, type SessionFacts, type SessionTable, type TableKey } from './session-table.js'

const put = (table: SessionTable, session: Session): void => {
  table.set(tableKeyOf(session.id), clientHashOf(session.client_id), session)
}

const isSame = (left: SessionFacts, right: SessionFacts): boolean =>
  left.status === right.status &&
  left.updated_at === right.updated_at &&
  left.expire_at === right.expire_at &&
  left.abandon_at === right.abandon_at

const sessionsOf = (event: ClientEvent): ReadonlyArray<Session> =>
  event.type === 'client.observed' ? event.data.sessions : [event.data]

/** A first reading of all sessions. */
export interface FirstReading {
  readonly table: SessionTable
  /** The last session that is in the table. */
  last: Session | undefined
}

/** Reads all sessions of a source into a table. After a failure, another call goes on where this one was. */
export const learnAll = async (
  reading: FirstReading,
  source: SessionSource,
  signal: AbortSignal,
): Promise<void> => {
  for await (const page of pagesIn(source, {}, signal, reading.last)) {
    for (const session of page) put(reading.table, session)
    reading.last = page.at(-1) ?? reading.last
  }
}

/**
 * Joins what an event says of a session. The table lacks what decides between two versions of one moment, so
 * the source is asked then.
 */
export const learnVersion = async (
  table: SessionTable,
  session: Session,
  source: SessionSource,
  signal: AbortSignal,
): Promise<void> => {
  const key = tableKeyOf(session.id)
  const present = table.find(key)
  const order = present === undefined ? -1 : compareMoments(present, session)
  if (order < 0) put(table, session)
  if (order !== 0 || present === undefined || isSame(present, session)) return
  const greatest = await source.session(session.id, signal)
  if (greatest === null) table.delete(key)
  else put(table, greatest)
}

/** After an erasure: reads the sessions of the client again. Answers the keys of those that are not there any more. */
const learnLoss = async (
  table: SessionTable,
  { clientId, clientHash, before }: SourceChange,
  source: SessionSource,
  signal: AbortSignal,
): Promise<ReadonlyArray<TableKey>> => {
  const left = new Map<string, Session>()
  if (clientId !== null) {
    for await (const page of pagesIn(source, { clientId }, signal)) {
      for (const session of page) left.set(session.id, session)
    }
  }
  for (const { id } of before?.sessions ?? []) {
    if (left.has(id)) continue
    // Another client can claim the session too.
    const other = await source.session(id, signal)
    if (other !== null) left.set(id, other)
  }
  // In one turn of the event loop: meanwhile, no session that is left may be unknown.
  const deleted = table.deleteClient(clientHash)
  for (const session of left.values()) put(table, session)
  return deleted.filter((key) => table.find(key) === undefined)
}

/**
 * Takes a change of a client into a table.
 *
 * @returns the keys of sessions that were lost with the client. Another client can claim one of them too, and
 *   only its id finds that out.
 */
export const learnChange = async (
  table: SessionTable,
  change: SourceChange,
  source: SessionSource,
  signal: AbortSignal,
): Promise<ReadonlyArray<TableKey>> => {
  if (change.events.length === 0) return learnLoss(table, change, source, signal)
  for (const { event } of change.events) {
    for (const session of sessionsOf(event)) await learnVersion(table, session, source, signal)
  }
  return []
}
