import { isPlainObject } from '../../events/json.js'

/** A session as it was read: any object. */
export type ReadSession = Readonly<Record<string, unknown>>

/** The sessions of what was read as a Client; none if it is not one. */
export const sessionsOf = (client: unknown): ReadonlyArray<ReadSession> =>
  isPlainObject(client) && Array.isArray(client.sessions)
    ? (client.sessions as ReadonlyArray<unknown>).filter(isPlainObject)
    : []

/** The session with an id, if it is listed. */
export const sessionIn = (client: unknown, id: string): ReadSession | undefined =>
  sessionsOf(client).find((session) => session.id === id)

/** The status of a listed session, or that it is not listed. */
export const statusIn = (client: unknown, id: string): string => {
  const session = sessionIn(client, id)
  return session === undefined ? 'not listed' : String(session.status)
}
