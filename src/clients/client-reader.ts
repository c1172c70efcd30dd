import { NO_CLIENT, type ClientState } from '../domain/state.js'
import { foldClient, type Moments } from '../domain/fold.js'
import type { Client } from '../events/client.js'
import type { Created } from '../events/order.js'
import type { Session, SessionStatus } from '../events/session.js'
import { toClient, type ProjectionOptions } from '../projections/client.js'
import { isTravelling } from '../projections/client-query.js'
import { sessionAt, statusAt } from '../projections/session.js'
import { toSessions, type SessionFilter } from '../projections/sessions.js'
import type { EventStore } from '../event-store/event-store.js'
import { CorruptRecord } from '../event-store/store-error.js'
import { defined, type SortedList } from '../views/memory/state-index.js'
import { startOf, type ListStart } from '../views/list-start.js'
import { createPause, type Pause } from '../views/pause.js'
import type { Found } from '../views/views-engine.js'
import type { Views } from '../views/views.js'
import { checkHorizon } from './below-horizon.js'
import type { PastLists, ReadLists } from './past-lists.js'
import type { ListPage, ListQuery, SessionsQuery } from './query.js'
import { readingOf, type Question } from './question.js'
import type { StateCache } from './state-cache.js'

/** Reads clients and sessions, as of now or as of any other moment. */
export interface ClientReader {
  readonly client: (clientId: string, query: Question) => Promise<Client | null>
  readonly clients: (query: ListQuery) => Promise<ListPage<Client>>
  readonly session: (sessionId: string, query: Question) => Promise<Session | null>
  readonly sessions: (query: SessionsQuery) => Promise<ListPage<Session>>
}

/** Which part of a list is answered. */
type PageBounds = Pick<ListQuery, 'limit' | 'offset'>

/** Where the part of a list of sessions begins. */
const startIn = ({ offset, afterSession }: SessionsQuery): ListStart => ({
  after: afterSession,
  offset,
})

const sliceOf = (all: ReadonlyArray<Session>, query: SessionsQuery) => {
  const { limit = Infinity } = query
  const start = startOf(all.length, (index) => defined(all[index]), startIn(query))
  return all.slice(start, start + limit)
}

/** A part of a list, with each entry changed to what is answered. */
const pageOf = async <A extends Created, B>(
  list: SortedList<A>,
  { limit = Infinity, ...part }: ListStart & Pick<PageBounds, 'limit'>,
  toAnswer: (entry: A) => B,
  pause: Pause,
  damaged: number,
): Promise<ListPage<B>> => {
  const data: B[] = []
  const start = startOf(list.length, list.at, part)
  const end = Math.min(list.length, start + limit)
  for (let index = start; index < end; index++) {
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
  (query: ListQuery, reading: ProjectionOptions): ReadLists<ListPage<Client>> =>
  ({ clients, damaged }, pause) =>
    pageOf(clients, query, (state) => toClient(state, reading), pause, damaged)

const readSessions =
  (query: SessionsQuery, { at }: ProjectionOptions): ReadLists<ListPage<Session>> =>
  async ({ sessions, damaged }, pause) => {
    const matches = await withStatus(sessions, query.status, at, pause)
    const page = { limit: query.limit ?? Infinity, ...startIn(query) }
    return pageOf(matches, page, (session) => sessionAt(session, at), pause, damaged)
  }

const boundsOf = ({ limit = Infinity, offset = 0 }: PageBounds) => ({ limit, offset })

const answers = async <A, B>(
  { data, totalCount, damaged }: Found<A>,
  toAnswer: (entry: A) => B,
): Promise<ListPage<B>> => {
  const pause = createPause()
  const given: B[] = []
  for (const entry of data) {
    given.push(toAnswer(entry))
    await pause()
  }
  return { data: given, totalCount, ...(damaged > 0 && { damaged }) }
}

/**
 * Creates a reader: of views for the present, and of the log for other moments.
 *
 * @param now - the clock, in epoch milliseconds
 */
export const createClientReader = (
  store: EventStore,
  states: StateCache,
  views: Views,
  past: PastLists,
  now: () => number,
): ClientReader => {
  const stateOf = async (clientId: string, query: Moments): Promise<ClientState> => {
    if (!isTravelling(query)) return (await states.now(clientId)).state
    const recorded = await store.readClient(clientId)
    return foldClient(
      recorded.map(({ event }) => event),
      query,
    )
  }

  /** The clients that can have a session of the answer; null if every client can. */
  const candidateIds = async ({ clientId, userId }: SessionFilter) => {
    if (clientId !== undefined) return [clientId]
    return userId === undefined ? null : store.clientsOfUser(userId)
  }

  /** The states of clients, and how many clients are left out because a record is damaged. */
  const readableStates = async (ids: ReadonlyArray<string>, query: Moments) => {
    let damaged = 0
    const leaveOut = (error: unknown): ClientState => {
      if (!(error instanceof CorruptRecord)) throw error
      damaged += 1
      return NO_CLIENT
    }
    const states = await Promise.all(ids.map((id) => stateOf(id, query).catch(leaveOut)))
    return { states, damaged }
  }

  const sessionsIn = (read: ReadonlyArray<ClientState>, filter: SessionFilter, query: Question) => {
    const existing = read.flatMap((state) => (state.id === null ? [] : [state]))
    return toSessions(existing, filter, readingOf(query, now()))
  }

  const sessionsOn = async (ids: ReadonlyArray<string>, filter: SessionFilter, query: Question) =>
    sessionsIn(await Promise.all(ids.map((id) => stateOf(id, query))), filter, query)

  const sessionInLog = async (sessionId: string, query: Question): Promise<Session | null> => {
    const sessions = await sessionsOn(await store.clientsOfSession(sessionId), {}, query)
    return sessions.find(({ id }) => id === sessionId) ?? null
  }

  /** The sessions of some clients, read from the log; null if every client can have one. */
  const sessionsInLog = async (query: SessionsQuery): Promise<ListPage<Session> | null> => {
    const ids = await candidateIds(query)
    if (ids === null) return null
    if (query.clientId !== undefined) {
      const all = await sessionsOn(ids, query, query)
      return { data: sliceOf(all, query), totalCount: all.length }
    }
    const { states: read, damaged } = await readableStates(ids, query)
    const all = sessionsIn(read, query, query)
    const page = { data: sliceOf(all, query), totalCount: all.length }
    return damaged > 0 ? { ...page, damaged } : page
  }

  const reader: ClientReader = {
    client: async (clientId, query) =>
      toClient(await stateOf(clientId, query), readingOf(query, now())),
    clients: async (query) => {
      const reading = readingOf(query, now())
      if (isTravelling(query)) return past.asOf(query, readClients(query, reading))
      return answers(await views.clients(boundsOf(query)), (state) => toClient(state, reading))
    },
    session: async (sessionId, query) => {
      if (isTravelling(query)) return sessionInLog(sessionId, query)
      const { session, damaged } = await views.session(sessionId)
      // Without a damaged record, a removed session could read as active: the log refuses to answer then.
      if (damaged > 0) return sessionInLog(sessionId, query)
      return session === null ? null : sessionAt(session, readingOf(query, now()).at)
    },
    sessions: async (query) => {
      const reading = readingOf(query, now())
      if (isTravelling(query)) {
        return (await sessionsInLog(query)) ?? past.asOf(query, readSessions(query, reading))
      }
      const { at } = reading
      const { userId, clientId, status, afterSession } = query
      const found = await views.sessions({
        ...boundsOf(query),
        ...(userId !== undefined && { userId }),
        ...(clientId !== undefined && { clientId }),
        ...(status !== undefined && { status }),
        ...(afterSession !== undefined && { after: afterSession }),
        at,
      })
      // The log knows which clients the damage is about.
      const fromLog = found.damaged > 0 ? await sessionsInLog(query) : null
      return fromLog ?? answers(found, (session) => sessionAt(session, at))
    },
  }

  /** After the answer: see `checkHorizon`. */
  const checked =
    <Q extends Question, A>(answer: (question: Q) => Promise<A>) =>
    async (question: Q): Promise<A> => {
      const answered = await answer(question)
      await checkHorizon(store, question)
      return answered
    }
  return {
    client: (clientId, query) => checked((of: Question) => reader.client(clientId, of))(query),
    clients: checked(reader.clients),
    session: (sessionId, query) => checked((of: Question) => reader.session(sessionId, of))(query),
    sessions: checked(reader.sessions),
  }
}
