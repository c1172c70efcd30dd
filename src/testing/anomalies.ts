import { saidAt, type ClientEvent } from '../events/client-event.js'
import type { Session } from '../events/session.js'
import type { LogPlace } from './verification.js'

/** What a log should not contain, although no law is broken by it. */
export interface Anomaly {
  readonly name: string
  /** How many events, or sessions, show it. */
  readonly count: number
  /** Where the log shows it first; null if nothing shows it or no place was given. */
  readonly first: LogPlace | null
}

/** Looks for anomalies in a log, as its events are added. */
export interface AnomalySearch {
  readonly add: (event: ClientEvent) => void
  /** Adds an event and says where the log has it. */
  readonly addAt: (event: ClientEvent, place: LogPlace) => void
  readonly report: () => ReadonlyArray<Anomaly>
}

const SEVERAL_CLIENTS = 'a session under several clients'
const BACKWARDS = 'an event that was said before the change that it reports'
const EARLY = 'a session that was updated before it was created'
const UNBEGUN = 'a session that is over or removed, and whose beginning the log does not have'

interface Seen {
  readonly clientId: string
  readonly place: LogPlace | undefined
  hasBeginning: boolean
  isOver: boolean
}

const isOver = ({ status }: Session): boolean => status !== 'active' && status !== 'pending'

/**
 * Starts the search. It keeps a few words for each session of the log.
 *
 * @example
 * import { exampleEvents, startAnomalySearch } from 'clientfold/testing'
 * const search = startAnomalySearch()
 * exampleEvents.forEach(search.add)
 * search.report().every(({ count }) => count === 0) // => true
 */
export const startAnomalySearch = (): AnomalySearch => {
  const sessions = new Map<string, Seen>()
  const found = new Map<string, { count: number; readonly first: LogPlace | undefined }>()
  const note = (name: string, place: LogPlace | undefined): void => {
    const present = found.get(name)
    if (present === undefined) found.set(name, { count: 1, first: place })
    else present.count += 1
  }
  const addSession = (session: Session, isBeginning: boolean, place?: LogPlace): void => {
    const seen = sessions.get(session.id)
    if (seen === undefined) {
      const { client_id: clientId } = session
      const one = { clientId, place, hasBeginning: isBeginning, isOver: isOver(session) }
      sessions.set(session.id, one)
    } else {
      if (seen.clientId !== session.client_id) note(SEVERAL_CLIENTS, place)
      seen.hasBeginning ||= isBeginning
      seen.isOver ||= isOver(session)
    }
    if (session.updated_at < session.created_at) note(EARLY, place)
  }
  const anomalyOf = (name: string): Anomaly => {
    const { count = 0, first } = found.get(name) ?? {}
    return { name, count, first: first ?? null }
  }
  const add = (event: ClientEvent, place?: LogPlace): void => {
    if (saidAt(event) < event.data.updated_at) note(BACKWARDS, place)
    if (event.type === 'client.observed') {
      // An observation lists every session, whether or not the log has its beginning.
      for (const session of event.data.sessions) addSession(session, true, place)
    } else addSession(event.data, !isOver(event.data), place)
  }
  return {
    add: (event) => {
      add(event)
    },
    addAt: add,
    report: () => {
      const unbegun = [...sessions.values()].filter((seen) => seen.isOver && !seen.hasBeginning)
      return [
        anomalyOf(SEVERAL_CLIENTS),
        anomalyOf(BACKWARDS),
        anomalyOf(EARLY),
        { name: UNBEGUN, count: unbegun.length, first: unbegun[0]?.place ?? null },
      ]
    },
  }
}
