import { foldClient } from '../domain/fold.js'
import type { ClientState } from '../domain/state.js'
import type { Client } from '../events/client.js'
import type { Session, SessionStatus } from '../events/session.js'
import { toClient } from '../projections/client.js'
import { isTravelling, projectionOf, type View } from '../projections/client-view.js'
import { sessionAt, statusAt } from '../projections/session.js'
import { toSessions, type SessionFilter } from '../projections/sessions.js'
import type { EventStore } from '../event-store/event-store.js'
import { thereIs, type Catalogue, type Directory, type Shelf } from './client-index.js'
import type { KeptStates } from './state-cache.js'

/** Which part of a list is wanted. */
export interface Page {
  /** How many at most. */
  readonly limit: number
  /** How many of the newest to leave out. */
  readonly offset: number
}

/** A part of a list. */
export interface Listed<A> {
  readonly data: ReadonlyArray<A>
  /** How many there are in all. */
  readonly total: number
}

/** What is asked of clients and sessions, for now or from any moment. */
export interface Listing {
  readonly client: (clientId: string, view?: View) => Promise<Client | null>
  readonly clients: (page: Page, view?: View) => Promise<Listed<Client>>
  readonly session: (sessionId: string, view?: View) => Promise<Session | null>
  readonly sessions: (filter: SessionFilter, view?: View, page?: Page) => Promise<Listed<Session>>
}

/** A part of a list, and of which clients it speaks. */
interface Part<A> {
  readonly listed: Listed<A>
  readonly clientIds: ReadonlySet<string>
}

const EVERYTHING: Page = { limit: Infinity, offset: 0 }

const partOf = <A>(all: ReadonlyArray<A>, { limit, offset }: Page): ReadonlyArray<A> =>
  all.slice(offset, offset + limit)

const takeFrom = <A>(shelf: Shelf<A>, { limit, offset }: Page): ReadonlyArray<A> => {
  const taken: A[] = []
  const end = Math.min(shelf.length, offset + limit)
  for (let index = offset; index < end; index++) taken.push(shelf.at(index))
  return taken
}

const clientsIn = ({ clients }: Catalogue, view: View, page: Page): Part<Client> => {
  const wanted = takeFrom(clients, page)
  const data = wanted.map((known) => toClient(known, projectionOf(view)))
  return {
    listed: { data, total: clients.length },
    clientIds: new Set(wanted.map(({ id }) => id)),
  }
}

/** Which session has what status is known for the clock of an asking only: then all are looked at. */
const withStatus = (
  sessions: Shelf<Session>,
  status: SessionStatus | undefined,
  at: number | undefined,
): Shelf<Session> => {
  if (status === undefined) return sessions
  const all = takeFrom(sessions, EVERYTHING)
  const wanted = all.filter((session) => statusAt(session, at) === status)
  return { length: wanted.length, at: (index) => thereIs(wanted[index]) }
}

const sessionsIn = (
  { sessions }: Catalogue,
  { status }: SessionFilter,
  view: View,
  page: Page,
): Part<Session> => {
  const { at } = projectionOf(view)
  const wanted = withStatus(sessions, status, at)
  const data = takeFrom(wanted, page).map((session) => sessionAt(session, at))
  return {
    listed: { data, total: wanted.length },
    clientIds: new Set(data.map(({ client_id }) => client_id)),
  }
}

/** Reads states and lists of a store. */
export const createListing = (
  store: EventStore,
  states: KeptStates,
  directory: Directory,
): Listing => {
  const state = async (clientId: string, view: View): Promise<ClientState> => {
    if (!isTravelling(view)) return (await states.now(clientId)).state
    const recorded = await store.readClient(clientId)
    return foldClient(
      recorded.map(({ event }) => event),
      view,
    )
  }

  const client = async (clientId: string, view: View = {}): Promise<Client | null> =>
    toClient(await state(clientId, view), projectionOf(view))

  /** The clients that have what is asked for; null if that may be any of them. */
  const idsFor = async ({ clientId, userId }: SessionFilter) => {
    if (clientId !== undefined) return [clientId]
    return userId === undefined ? null : store.clientsOfUser(userId)
  }

  const sessionsOn = async (ids: ReadonlyArray<string>, filter: SessionFilter, view: View) => {
    const found = await Promise.all(ids.map((id) => state(id, view)))
    const known = found.flatMap((each) => (each.id === null ? [] : [each]))
    return toSessions(known, filter, projectionOf(view))
  }

  /**
   * What the directory knows may have been erased by another process, of which nobody is told: each
   * client of a part is looked up before the part is shown.
   */
  const fromDirectory = async <A>(
    view: View,
    part: (catalogue: Catalogue) => Part<A>,
  ): Promise<Listed<A>> => {
    if (isTravelling(view)) return (await directory.asOf(view, part)).listed
    for (;;) {
      const { listed, clientIds } = await directory.now(part)
      const checked = await Promise.all(
        Array.from(clientIds, async (id) => ({ id, ...(await states.now(id)) })),
      )
      const erased = checked.filter(({ revision }) => revision === 0)
      if (erased.length === 0) return listed
      for (const { id } of erased) directory.forget(id)
    }
  }

  return {
    client,
    clients: (page, view = {}) =>
      fromDirectory(view, (catalogue) => clientsIn(catalogue, view, page)),
    session: async (sessionId, view = {}) => {
      const sessions = await sessionsOn(await store.clientsOfSession(sessionId), {}, view)
      return sessions.find(({ id }) => id === sessionId) ?? null
    },
    sessions: async (filter, view = {}, page = EVERYTHING) => {
      const ids = await idsFor(filter)
      if (ids === null) {
        return fromDirectory(view, (catalogue) => sessionsIn(catalogue, filter, view, page))
      }
      const all = await sessionsOn(ids, filter, view)
      return { data: partOf(all, page), total: all.length }
    },
  }
}
