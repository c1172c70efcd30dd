import Table from 'cli-table3'
import { evolve } from '../domain/fold.js'
import { NO_CLIENT, type ClientState } from '../domain/state.js'
import { knownSince, saidAt, type ClientEvent } from '../events/client-event.js'
import type { SessionStatus } from '../events/session.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import { printable } from './printable.js'
import { secondOf } from './table-time.js'

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
  if (event.type !== 'client.observed') return [printable(event.data.id), event.data.status]
  const { length } = event.data.sessions
  return [`(${length} ${length === 1 ? 'session' : 'sessions'})`, '']
}

/** A table of the events of a client, one row for each event, in the order of their revisions. */
export const historyTable = (history: ReadonlyArray<RecordedEvent>): string => {
  const table = new Table({
    head: ['revision', 'said (UTC)', 'recorded (UTC)', 'event', 'session', 'status', 'changed'],
    // No colours, because the table may be written to a file.
    style: { head: [], border: [], compact: true },
  })
  let state: ClientState = NO_CLIENT
  for (const { event, revision } of history) {
    const after = evolve(state, event)
    table.push([
      revision,
      secondOf(saidAt(event)),
      secondOf(knownSince(event)),
      event.type,
      ...sessionCells(event),
      changeOf(state, after, event),
    ])
    state = after
  }
  return `${table.toString()}\n`
}
