import Table from 'cli-table3'
import type { Client } from '../events/client.js'
import type { Session } from '../events/session.js'
import { printable } from './printable.js'

/** The last moment that a calendar can name. */
const LAST_DATE = 8_640_000_000_000_000

/** Shown to the minute: a table is for a glance, the documents hold the milliseconds. */
const dateOf = (time: number): string =>
  time > LAST_DATE ? String(time) : new Date(time).toISOString().slice(0, -8).replace('T', ' ')

const rowOf = (client: Client, session: Session, index: number): string[] => [
  index === 0 ? printable(client.id) : '',
  `${printable(session.id)}${session.id === client.last_active_session_id ? ' *' : ''}`,
  printable(session.user_id),
  session.status,
  dateOf(session.created_at),
  dateOf(session.expire_at),
]

const rowsOf = (client: Client): string[][] =>
  client.sessions.length === 0
    ? [[printable(client.id), '(no sessions)', '', '', '', '']]
    : client.sessions.map((session, index) => rowOf(client, session, index))

/** Clients and their sessions as a table; a star marks the session that was active last. */
export const clientTable = (clients: Iterable<Client>): string => {
  const table = new Table({
    head: ['client', 'session', 'user', 'status', 'created (UTC)', 'expires (UTC)'],
    // No colours: the table may be kept in a file.
    style: { head: [], border: [], compact: true },
  })
  for (const client of clients) table.push(...rowsOf(client))
  return `${table.toString()}\n* the session that was active last\n`
}
