import { clientHashOf } from '../event-store/client-hash.js'
import type { Session } from '../events/session.js'
import {
  createSessionTable,
  tableKeyOf,
  type SessionTable,
  type TableKey,
} from './session-table.js'

/** What a guard knows of sessions. */
export interface KnownSessions {
  /** Each session as the client says that has the greatest version of it. */
  readonly table: SessionTable
  /**
   * The ids of the sessions that several clients claim. If the client in the table is erased, the source is asked
   * what the others say, and for that it needs the id.
   */
  readonly contested: Set<string>
}

/** Knows no session yet. */
export const createKnownSessions = (): KnownSessions => ({
  table: createSessionTable(),
  contested: new Set(),
})

/** Whether a session is in the table as the client says that has this hash. */
export const isOnClient = ({ table }: KnownSessions, key: TableKey, clientHash: string): boolean =>
  clientHash.startsWith(table.clientOf(key) ?? 'no client')

/** Notes that a client claims a session that is in the table. */
export const noteClaim = (known: KnownSessions, { id, client_id }: Session): void => {
  if (!isOnClient(known, tableKeyOf(id), clientHashOf(client_id))) known.contested.add(id)
}

/** Puts a version of a session into the table. */
export const putSession = (known: KnownSessions, session: Session): void => {
  const key = tableKeyOf(session.id)
  if (known.table.find(key) !== undefined) noteClaim(known, session)
  known.table.set(key, clientHashOf(session.client_id), session)
}
