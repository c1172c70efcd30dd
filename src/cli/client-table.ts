import Table from 'cli-table3'
import type { Client } from '../events/client.js'
import type { Session } from '../events/session.js'
import { printable } from './printable.js'
import { minuteOf } from './table-time.js'

const rowOf = (client: Client, session: Session, index: number): string[] => [
  index === 0 ? printable(client.id) : '',
  `${printable(session.id)}${session.id === client.last_active_session_id ? ' *' : ''}`,
  printable(session.user_id),
  session.status,
  minuteOf(session.created_at),
  minuteOf(session.expire_at),
]

const rowsOf = (client: Client): string[][] =>
  client.sessions.length === 0
    ? [[printable(client.id), '(no sessions)', '', '', '', '']]
    : client.sessions.map((session, index) => rowOf(client, session, index))

/** A table of Clients and their sessions. A star marks the session that was active last. */
export const clientTable = (clients: Iterable<Client>): string => {
  const table = new Table({
    head: ['client', 'session', 'user', 'status', 'created (UTC)', 'expires (UTC)'],
    // No colours, because the table may be written to a file.
    style: { head: [], border: [], compact: true },
  })
  for (const client of clients) table.push(...rowsOf(client))
  return `${table.toString()}\n* the session that was active last\n`
}
