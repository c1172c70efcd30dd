import type { Client } from '../events/client.js'
import type { Session } from '../events/session.js'
import type { Screen } from './screen.js'
import type { Column } from './table-column.js'
import { minuteOf } from './table-time.js'
import { tableText } from './table.js'

const COLUMNS: ReadonlyArray<Column> = [
  { title: 'client', kind: 'id' },
  { title: 'session', kind: 'id' },
  { title: 'user', kind: 'id' },
  { title: 'status', kind: 'status' },
  { title: 'created', kind: 'value' },
  { title: 'expires', kind: 'value' },
]

const STAR = ' *'

const rowOf = (client: Client, session: Session, screen: Screen): ReadonlyArray<string> => [
  client.id,
  `${session.id}${session.id === client.last_active_session_id ? STAR : ''}`,
  session.user_id,
  session.status,
  minuteOf(session.created_at, screen),
  minuteOf(session.expire_at, screen),
]

const rowsOf = (client: Client, screen: Screen): ReadonlyArray<ReadonlyArray<string>> =>
  client.sessions.length === 0
    ? [[client.id, '(no sessions)', '', '', '', '']]
    : client.sessions.map((session) => rowOf(client, session, screen))

/** A table of Clients and their sessions. A star marks the session that was active last. */
export const clientTable = (clients: Iterable<Client>, screen: Screen): string => {
  const rows = Array.from(clients, (client) => rowsOf(client, screen)).flat()
  const hasStar = rows.some(([, session = '']) => session.endsWith(STAR))
  const note = hasStar ? '* the session that was active last' : undefined
  return tableText({ columns: COLUMNS, rows, grouped: 1, note }, screen)
}
