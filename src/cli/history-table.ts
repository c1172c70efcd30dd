import { evolve } from '../domain/fold.js'
import { NO_CLIENT, type ClientState } from '../domain/state.js'
import { knownSince, saidAt, type ClientEvent } from '../events/client-event.js'
import { encodeEvent } from '../events/encode-event.js'
import type { SessionStatus } from '../events/session.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import type { Screen } from './screen.js'
import type { Column } from './table-column.js'
import { secondOf } from './table-time.js'
import { tableText } from './table.js'

const statusIn = (state: ClientState, sessionId: string): SessionStatus | undefined =>
  state.id === null ? undefined : state.sessions.get(sessionId)?.session.status

/** What an event changed: nothing, if a greater version was recorded before. */
const changeOf = (before: ClientState, after: ClientState, event: ClientEvent): string => {
  if (after === before) return 'nothing'
  if (event.type === 'client.observed') {
    const changed = event.data.sessions.filter(
      ({ id }) => statusIn(before, id) !== statusIn(after, id),
    )
    return changed.length === 0 ? 'details' : `the status of ${changed.length}`
  }
  const [old, now] = [statusIn(before, event.data.id), statusIn(after, event.data.id)]
  if (old === undefined) return 'new session'
  return old === now ? 'details' : `${old} → ${now ?? ''}`
}

const sessionCells = (event: ClientEvent): readonly [session: string, status: string] => {
  if (event.type !== 'client.observed') return [event.data.id, event.data.status]
  const { length } = event.data.sessions
  return [`(${length} ${length === 1 ? 'session' : 'sessions'})`, '']
}

/** An event of a client, and what it changed. */
interface Change {
  readonly revision: number
  readonly changed: string
  readonly event: ClientEvent
}

/** What each event of a client changed, in the order of their revisions. */
const changesIn = (history: ReadonlyArray<RecordedEvent>): ReadonlyArray<Change> => {
  let state: ClientState = NO_CLIENT
  return history.map(({ event, revision }) => {
    const before = state
    state = evolve(before, event)
    return { revision, changed: changeOf(before, state, event), event }
  })
}

const COLUMNS: ReadonlyArray<Column> = [
  { title: 'revision', kind: 'value', align: 'right' },
  { title: 'said', kind: 'value' },
  { title: 'recorded', kind: 'value' },
  { title: 'event', kind: 'value' },
  { title: 'session', kind: 'id' },
  { title: 'status', kind: 'status' },
  { title: 'changed', kind: 'text' },
]

/** A table of the events of a client, one row for each event, in the order of their revisions. */
export const historyTable = (history: ReadonlyArray<RecordedEvent>, screen: Screen): string => {
  const rows = changesIn(history).map(({ event, revision, changed }) => [
    String(revision),
    secondOf(saidAt(event), screen),
    secondOf(knownSince(event), screen),
    event.type,
    ...sessionCells(event),
    changed,
  ])
  return tableText({ columns: COLUMNS, rows }, screen)
}

/** The same as a JSON array: the events as they are stored, with times in epoch milliseconds. */
export const historyJson = (history: ReadonlyArray<RecordedEvent>): string => {
  const entries = changesIn(history).map(({ event, ...entry }) => ({
    ...entry,
    event: encodeEvent(event),
  }))
  return `${JSON.stringify(entries, null, 2)}\n`
}
