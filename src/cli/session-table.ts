import type { Session } from '../events/session.js'
import type { Screen } from './screen.js'
import type { Column } from './table-column.js'
import { minuteOf } from './table-time.js'
import { tableText } from './table.js'

const COLUMNS: ReadonlyArray<Column> = [
  { title: 'session', kind: 'id' },
  { title: 'client', kind: 'id' },
  { title: 'status', kind: 'status' },
  { title: 'created', kind: 'value' },
  { title: 'last active', kind: 'value' },
]

const isImpersonated = ({ actor }: Session): boolean => actor !== undefined && actor !== null

/** A table of the sessions of a user. */
export const sessionTable = (sessions: ReadonlyArray<Session>, screen: Screen): string => {
  const rows = sessions.map((session) => [
    session.id,
    session.client_id,
    `${session.status}${isImpersonated(session) ? ' (impersonated)' : ''}`,
    minuteOf(session.created_at, screen),
    minuteOf(session.last_active_at, screen),
  ])
  return tableText({ columns: COLUMNS, rows }, screen)
}
