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

/** What an event changed, in a few words: nothing, if something greater was known already. */
const changeOf = (before: ClientState, after: ClientState, event: ClientEvent): string => {
  if (after === before) return 'nothing'
  if (event.type === 'client.observed') {
    const moved = event.data.sessions.filter(
      ({ id }) => statusIn(before, id) !== statusIn(after, id),
    )
    return moved.length === 0 ? 'details' : `the status of ${moved.length}`
  }
  const [old, now] = [statusIn(before, event.data.id), statusIn(after, event.data.id)]
  if (old === undefined) return 'new session'
  return old === now ? 'details' : `${old} → ${now ?? ''}`
}

const aboutOf = (event: ClientEvent): readonly [session: string, status: string] => {
  if (event.type !== 'client.observed') return [printable(event.data.id), event.data.status]
  const { length } = event.data.sessions
  return [`(${length} ${length === 1 ? 'session' : 'sessions'})`, '']
}

/** What happened to a client, an event a row, in the order in which it was recorded. */
export const historyTable = (history: ReadonlyArray<RecordedEvent>): string => {
  const table = new Table({
    head: ['revision', 'said (UTC)', 'recorded (UTC)', 'event', 'session', 'status', 'changed'],
    // No colours: the table may be kept in a file.
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
      ...aboutOf(event),
      changeOf(state, after, event),
    ])
    state = after
  }
  return `${table.toString()}\n`
}
