import { NO_CLIENT, type ClientState } from '../domain/state.js'
import { foldClient } from '../domain/fold.js'
import type { Client } from '../events/client.js'
import type { Session, SessionStatus } from '../events/session.js'
import { toClient } from '../projections/client.js'
import { isTravelling, projectionOf, type View } from '../projections/client-view.js'
import { sessionAt, statusAt } from '../projections/session.js'
import { toSessions, type SessionFilter } from '../projections/sessions.js'
import type { EventStore } from '../event-store/event-store.js'
import { CorruptRecord } from '../event-store/store-error.js'
import { checkHorizon } from './below-horizon.js'
import type { ClientIndex } from './client-index.js'
import type { ReadLists } from './past-lists.js'
import type { Pause } from './pause.js'
import type { ListPage, ListQuery, PageBounds, SessionsQuery } from './query.js'
import type { StateCache } from './state-cache.js'
import { defined, type SortedList } from './state-index.js'

/** Reads clients and sessions, as of now or as of any other moment. */
export interface ClientReader {
  readonly client: (clientId: string, view?: View) => Promise<Client | null>
  readonly clients: (query: ListQuery) => Promise<ListPage<Client>>
  readonly session: (sessionId: string, view?: View) => Promise<Session | null>
  readonly sessions: (query: SessionsQuery) => Promise<ListPage<Session>>
}

const sliceOf = <A>(all: ReadonlyArray<A>, { limit = Infinity, offset = 0 }: PageBounds) =>
  all.slice(offset, offset + limit)

/** A part of a list, with each entry changed to what is answered. */
const pageOf = async <A, B>(
  list: SortedList<A>,
  { limit = Infinity, offset = 0 }: PageBounds,
  toAnswer: (entry: A) => B,
  pause: Pause,
  damaged: number,
): Promise<ListPage<B>> => {
  const data: B[] = []
  const end = Math.min(list.length, offset + limit)
  for (let index = offset; index < end; index++) {
    data.push(toAnswer(list.at(index)))
    await pause()
  }
  return { data, totalCount: list.length, ...(damaged > 0 && { damaged }) }
}

/** A status depends on the clock of the query, so no index holds it: every session is looked at. */
const withStatus = async (
  sessions: SortedList<Session>,
  status: SessionStatus | undefined,
  at: number | undefined,
  pause: Pause,
): Promise<SortedList<Session>> => {
  if (status === undefined) return sessions
  const matches: Session[] = []
  for (let index = 0; index < sessions.length; index++) {
    const session = sessions.at(index)
    if (statusAt(session, at) === status) matches.push(session)
    if (index % 100 === 0) await pause()
  }
  return { length: matches.length, at: (index) => defined(matches[index]) }
}

const readClients =
  (query: ListQuery): ReadLists<ListPage<Client>> =>
  ({ clients, damaged }, pause) =>
    pageOf(clients, query, (state) => toClient(state, projectionOf(query)), pause, damaged)

const readSessions =
  (query: SessionsQuery): ReadLists<ListPage<Session>> =>
  async ({ sessions, damaged }, pause) => {
    const { at } = projectionOf(query)
    const matches = await withStatus(sessions, query.status, at, pause)
    return pageOf(matches, query, (session) => sessionAt(session, at), pause, damaged)
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

  /** The states of clients, and how many clients are left out because a record is damaged. */
  const readableStates = async (ids: ReadonlyArray<string>, view: View) => {
    let damaged = 0
    const leaveOut = (error: unknown): ClientState => {
      if (!(error instanceof CorruptRecord)) throw error
      damaged += 1
      return NO_CLIENT
    }
    const states = await Promise.all(ids.map((id) => stateOf(id, view).catch(leaveOut)))
    return { states, damaged }
  }

  const sessionsIn = (read: ReadonlyArray<ClientState>, filter: SessionFilter, view: View) => {
    const existing = read.flatMap((state) => (state.id === null ? [] : [state]))
    return toSessions(existing, filter, projectionOf(view))
  }

  const sessionsOn = async (ids: ReadonlyArray<string>, filter: SessionFilter, view: View) => {
    return sessionsIn(await Promise.all(ids.map((id) => stateOf(id, view))), filter, view)
  }

  const fromIndex = <A>(view: View, read: ReadLists<A>): Promise<A> =>
    isTravelling(view) ? index.asOf(view, read) : index.now(read)

  const reader: ClientReader = {
    client: async (clientId, view = {}) =>
      toClient(await stateOf(clientId, view), projectionOf(view)),
    clients: (query) => fromIndex(query, readClients(query)),
    session: async (sessionId, view = {}) => {
      const sessions = await sessionsOn(await store.clientsOfSession(sessionId), {}, view)
      return sessions.find(({ id }) => id === sessionId) ?? null
    },
    sessions: async (query) => {
      const ids = await candidateIds(query)
      if (ids === null) return fromIndex(query, readSessions(query))
      if (query.clientId !== undefined) {
        const all = await sessionsOn(ids, query, query)
        return { data: sliceOf(all, query), totalCount: all.length }
      }
      const { states: read, damaged } = await readableStates(ids, query)
      const all = sessionsIn(read, query, query)
      const page = { data: sliceOf(all, query), totalCount: all.length }
      return damaged > 0 ? { ...page, damaged } : page
    },
  }

  /** After the answer: see `checkHorizon`. */
  const checked =
    <Question extends View, A>(answer: (question: Question) => Promise<A>) =>
    async (question: Question): Promise<A> => {
      const answered = await answer(question)
      await checkHorizon(store, question)
      return answered
    }
  return {
    client: (clientId, view = {}) => checked((of: View) => reader.client(clientId, of))(view),
    clients: checked(reader.clients),
    session: (sessionId, view = {}) => checked((of: View) => reader.session(sessionId, of))(view),
    sessions: checked(reader.sessions),
  }
}
