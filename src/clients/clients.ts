import * as E from 'fp-ts/lib/Either.js'
import type { ClientCommand } from '../domain/command.js'
import { evolve } from '../domain/fold.js'
import { clientIdOf, type ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import type { Session } from '../events/session.js'
import { toClient } from '../projections/client.js'
import type { View } from '../projections/client-view.js'
import type { SessionFilter } from '../projections/sessions.js'
import type { EventStore, ReadFrom } from '../event-store/event-store.js'
import type { RecordOutcome } from '../event-store/record-outcome.js'
import type { Quarantine } from '../event-store/quarantine.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import { createDirectory } from './client-index.js'
import { executeCommand, type Executed } from './execute.js'
import { createKeptStates } from './state-cache.js'
import { createListing, type Listed, type Page } from './listing.js'
import { createListeners, type Listeners } from './listeners.js'

/** What is set at opening. */
export interface ClientsOptions {
  /** Where the events are. It is closed with the clients. */
  readonly store: EventStore
  /** Of how many clients the state is kept in memory; 1,000 unless given. */
  readonly keptStates?: number
}

/** What ends a waiting. */
export interface Waiting {
  /** Ends what waits: a command rejects with the signal's reason, a reading ends. */
  readonly signal?: AbortSignal | undefined
}

/** What a backend service holds: the clients of an event store. */
export interface Clients {
  /** Records facts, in any order; an event that is there already does no harm. Answers for each. */
  readonly record: (
    events: ClientEvent | ReadonlyArray<ClientEvent>,
  ) => Promise<ReadonlyArray<RecordOutcome>>
  /** Executes a command on a client, or says why not; empty if there was nothing to do. */
  readonly execute: (clientId: string, command: ClientCommand, wait?: Waiting) => Promise<Executed>
  /** The documented Client, from any moment; null if it did not exist then. */
  readonly get: (clientId: string, view?: View) => Promise<Client | null>
  /** All clients, in ascending order of id by UTF-16 code units. */
  readonly all: (view?: View & Waiting) => AsyncIterable<Client>
  /** Sessions over all clients, newest first: what `GET /v1/sessions` answers. */
  readonly sessions: (filter: SessionFilter, view?: View) => Promise<ReadonlyArray<Session>>
  /** A session, removed ones too; null if there was none then. */
  readonly session: (sessionId: string, view?: View) => Promise<Session | null>
  /**
   * A part of the list of all clients, newest first by creation. The first asking folds the whole
   * log, and keeps it in memory for the next; an asking with `asOf` or `knownAt` folds it each time.
   */
  readonly listClients: (page: Page, view?: View) => Promise<Listed<Client>>
  /**
   * A part of `sessions`. Narrowed to a client or a user it reads what concerns them; else it costs
   * what `listClients` does.
   */
  readonly listSessions: (
    filter: SessionFilter,
    page: Page,
    view?: View,
  ) => Promise<Listed<Session>>
  /** What happened to a client, in the order in which it was recorded. */
  readonly history: (clientId: string) => Promise<ReadonlyArray<RecordedEvent>>
  /** Everything recorded, by whomever, and everything that comes, until the signal. */
  readonly follow: (from?: ReadFrom) => AsyncIterable<RecordedEvent>
  /** Genuine deliveries that could not be recorded. */
  readonly quarantine: Quarantine
  /** Takes a client out of the store for good; gives how many events there were. */
  readonly erase: (clientId: string) => Promise<number>
  /** Listens to what is recorded through this value; gives what ends that. */
  readonly on: Listeners['on']
  readonly close: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/**
 * Opens the clients of a store.
 *
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * const clients = openClients({ store: openMemoryStore() })
 * await clients.execute('client_1', {
 *   type: 'CreateSession',
 *   at: Date.UTC(2026, 4, 28, 8),
 *   clientId: 'client_1',
 *   sessionId: 'sess_1',
 *   userId: 'user_1',
 *   expireAt: Date.UTC(2026, 5, 4, 8),
 *   abandonAt: Date.UTC(2026, 5, 27, 8),
 * })
 * const client = await clients.get('client_1')
 * client?.last_active_session_id // => 'sess_1'
 * await clients.close()
 */
export const openClients = ({ store, keptStates = 1000 }: ClientsOptions): Clients => {
  const states = createKeptStates(store, keptStates)
  const directory = createDirectory(store)
  const listing = createListing(store, states, directory)
  const listeners = createListeners()

  const tellOfChange = async (
    clientId: string,
    recorded: ReadonlyArray<RecordedEvent>,
  ): Promise<void> => {
    const [first] = recorded
    if (first === undefined || !listeners.has('client.changed')) return
    const before = await states.before(clientId, first.revision)
    const after = recorded.reduce((state, { event }) => evolve(state, event), before)
    const client = toClient(after)
    if (after !== before && client !== null) listeners.tell('client.changed', client, recorded)
  }

  const tell = async (recorded: ReadonlyArray<RecordedEvent>): Promise<void> => {
    const byClient = new Map<string, RecordedEvent[]>()
    for (const each of recorded) {
      listeners.tell('event.recorded', each)
      const clientId = clientIdOf(each.event)
      const own = byClient.get(clientId)
      if (own === undefined) byClient.set(clientId, [each])
      else own.push(each)
    }
    for (const [clientId, own] of byClient) await tellOfChange(clientId, own)
  }

  const close = (): Promise<void> => store.close()

  return {
    record: async (events) => {
      const said = 'type' in events ? [events] : events
      const recordings = await store.record(said)
      for (const [index, event] of said.entries()) {
        if (recordings[index]?._tag === 'Duplicate') listeners.tell('event.duplicate', event)
      }
      await tell(recordings.flatMap((each) => (each._tag === 'Recorded' ? [each.recorded] : [])))
      return recordings
    },
    execute: async (clientId, command, { signal } = {}) => {
      const executed = await executeCommand(store, states, clientId, command, signal)
      if (E.isRight(executed)) await tell(executed.right)
      return executed
    },
    get: listing.client,
    all: async function* ({ signal, ...view } = {}) {
      for (const clientId of await store.clientIds()) {
        if (signal?.aborted === true) return
        const client = await listing.client(clientId, view)
        if (client !== null) yield client
      }
    },
    sessions: async (filter, view) => (await listing.sessions(filter, view)).data,
    session: listing.session,
    listClients: listing.clients,
    listSessions: (filter, page, view) => listing.sessions(filter, view, page),
    history: (clientId) => store.readClient(clientId),
    follow: (from) => store.follow(from),
    quarantine: store.quarantine,
    erase: (clientId) => {
      states.forget(clientId)
      directory.forget(clientId)
      return store.erase(clientId)
    },
    on: (name, listener) => listeners.on(name, listener),
    close,
    [Symbol.asyncDispose]: close,
  }
}
