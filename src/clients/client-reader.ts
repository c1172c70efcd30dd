import type { ClientState } from '../domain/state.js'
import { foldClient } from '../domain/fold.js'
import type { Client } from '../events/client.js'
import type { Session, SessionStatus } from '../events/session.js'
import { toClient } from '../projections/client.js'
import { isTravelling, projectionOf, type View } from '../projections/client-view.js'
import { sessionAt, statusAt } from '../projections/session.js'
import { toSessions, type SessionFilter } from '../projections/sessions.js'
import type { EventStore } from '../event-store/event-store.js'
import { defined, type ClientIndex, type SortedList, type SortedLists } from './client-index.js'
import type { ListPage, ListQuery, PageBounds, SessionsQuery } from './query.js'
import type { StateCache } from './state-cache.js'

/** Reads clients and sessions, as of now or as of any other moment. */
export interface ClientReader {
  readonly client: (clientId: string, view?: View) => Promise<Client | null>
  readonly clients: (query: ListQuery) => Promise<ListPage<Client>>
  readonly session: (sessionId: string, view?: View) => Promise<Session | null>
  readonly sessions: (query: SessionsQuery) => Promise<ListPage<Session>>
}

/** A part of a list, and the clients that it is about. */
interface IndexPage<A> {
  readonly page: ListPage<A>
  readonly clientIds: ReadonlySet<string>
}

const sliceOf = <A>(all: ReadonlyArray<A>, { limit = Infinity, offset = 0 }: PageBounds) =>
  all.slice(offset, offset + limit)

const entriesOf = <A>(
  list: SortedList<A>,
  { limit = Infinity, offset = 0 }: PageBounds = {},
): ReadonlyArray<A> => {
  const entries: A[] = []
  const end = Math.min(list.length, offset + limit)
  for (let index = offset; index < end; index++) entries.push(list.at(index))
  return entries
}

const clientsIn = ({ clients }: SortedLists, query: ListQuery): IndexPage<Client> => {
  const states = entriesOf(clients, query)
  const data = states.map((state) => toClient(state, projectionOf(query)))
  return {
    page: { data, totalCount: clients.length },
    clientIds: new Set(states.map(({ id }) => id)),
  }
}

/** A status depends on the clock of the query, so no index holds it: every session is looked at. */
const withStatus = (
  sessions: SortedList<Session>,
  status: SessionStatus | undefined,
  at: number | undefined,
): SortedList<Session> => {
  if (status === undefined) return sessions
  const matches = entriesOf(sessions).filter((session) => statusAt(session, at) === status)
  return { length: matches.length, at: (index) => defined(matches[index]) }
}

const sessionsIn = ({ sessions }: SortedLists, query: SessionsQuery): IndexPage<Session> => {
  const { at } = projectionOf(query)
  const matches = withStatus(sessions, query.status, at)
  const data = entriesOf(matches, query).map((session) => sessionAt(session, at))
  return {
    page: { data, totalCount: matches.length },
    clientIds: new Set(data.map(({ client_id }) => client_id)),
  }
}

/** Creates a reader of a store. */
export const createClientReader = (
  store: EventStore,
  states: StateCache,
  index: ClientIndex,
): ClientReader => {
  const stateOf = async (clientId: string, view: View): Promise<ClientState> => {
    if (!isTravelling(view)) return (await states.now(clientId)).state
    const recorded = await store.readClient(clientId)
    return foldClient(
      recorded.map(({ event }) => event),
      view,
    )
  }

  /** The clients that can have a session of the answer; null if every client can. */
  const candidateIds = async ({ clientId, userId }: SessionFilter) => {
    if (clientId !== undefined) return [clientId]
    return userId === undefined ? null : store.clientsOfUser(userId)
  }

  const sessionsOn = async (ids: ReadonlyArray<string>, filter: SessionFilter, view: View) => {
    const read = await Promise.all(ids.map((id) => stateOf(id, view)))
    const existing = read.flatMap((state) => (state.id === null ? [] : [state]))
    return toSessions(existing, filter, projectionOf(view))
  }

  /**
   * Another process can erase a client without this index noticing, so each client of a page is looked
   * up in the store before the page is answered.
   */
  const fromIndex = async <A>(
    view: View,
    read: (lists: SortedLists) => IndexPage<A>,
  ): Promise<ListPage<A>> => {
    if (isTravelling(view)) return (await index.asOf(view, read)).page
    for (;;) {
      const { page, clientIds } = await index.now(read)
      const checked = await Promise.all(
        Array.from(clientIds, async (id) => ({ id, ...(await states.now(id)) })),
      )
      const erased = checked.filter(({ revision }) => revision === 0)
      if (erased.length === 0) return page
      for (const { id } of erased) index.forget(id)
    }
  }

  return {
    client: async (clientId, view = {}) =>
      toClient(await stateOf(clientId, view), projectionOf(view)),
    clients: (query) => fromIndex(query, (lists) => clientsIn(lists, query)),
    session: async (sessionId, view = {}) => {
      const sessions = await sessionsOn(await store.clientsOfSession(sessionId), {}, view)
      return sessions.find(({ id }) => id === sessionId) ?? null
    },
    sessions: async (query) => {
      const ids = await candidateIds(query)
      if (ids === null) return fromIndex(query, (lists) => sessionsIn(lists, query))
      const all = await sessionsOn(ids, query, query)
      return { data: sliceOf(all, query), totalCount: all.length }
    },
  }
}
