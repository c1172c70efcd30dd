import * as E from 'fp-ts/lib/Either.js'
import { checkClock } from '../domain/check-moment.js'
import type { ClientCommand } from '../domain/command.js'
import type { ClientEvent } from '../events/client-event.js'
import type { Client } from '../events/client.js'
import type { Session } from '../events/session.js'
import type { Device } from '../projections/devices.js'
import type { BlockingTransaction, EventStore, FollowFrom } from '../event-store/event-store.js'
import type { RecordOutcome } from '../event-store/record-outcome.js'
import type { PendingErasures } from '../event-store/pending-erasures.js'
import type { Quarantine } from '../event-store/quarantine.js'
import type { RecordedEvent } from '../event-store/recorded-event.js'
import { observedStore } from '../telemetry/observed-store.js'
import type { Telemetry } from '../telemetry/telemetry.js'
import { createViewsOf } from '../views/views-of.js'
import type { ViewsControl } from '../views/views.js'
import { createChangeReaders } from './change-readers.js'
import { readChanges } from './changes.js'
import type { ChangesQuery, ClientChange } from './client-change.js'
import type { ClientsOptions } from './clients-options.js'
import { createClientReader } from './client-reader.js'
import { createDeviceReader } from './device-reader.js'
import { checkUserId, type DevicesQuery } from './devices-query.js'
import { createRecordedEmitter } from './emit-recorded.js'
import { executeCommand, type ExecuteResult } from './execute.js'
import { figuresOf } from './figures.js'
import { createPastLists } from './past-lists.js'
import { eraseDue } from './due-erasures.js'
import { createListeners, type Listeners } from './listeners.js'
import {
  checkQuery,
  type Cancellation,
  type ListPage,
  type ListQuery,
  type SessionsQuery,
} from './query.js'
import type { Question } from './question.js'
import { createSharedCommits } from './shared-commits.js'
import { createSharedReads } from './shared-reads.js'
import { createStateCache } from './state-cache.js'

/**
 * The clients of an event store, as a backend service uses them.
 *
 * Every question is an object. A key that the method does not know, and a key of a filter or a page
 * that is present and `undefined`, rejects with a TypeError that names the key: otherwise a slip would
 * answer a wider question. A moment that is no finite number of epoch milliseconds (a text, a Date,
 * seconds) rejects too.
 *
 * Statuses are read by the clock of now, or of `asOf` if that is given: a live session past its `expire_at`
 * reads expired. `at` sets another clock, and `at: 'recorded'` reads statuses as recorded.
 */
export interface Clients {
  // Write

  /** Records facts, in any order. An event that is in the store already does no harm. Answers for each. */
  readonly record: (
    events: ClientEvent | ReadonlyArray<ClientEvent>,
  ) => Promise<ReadonlyArray<RecordOutcome>>
  /** Executes a command on a client, or says why not. No events: nothing had to be done. */
  readonly execute: (
    clientId: string,
    command: ClientCommand,
    cancellation?: Cancellation,
  ) => Promise<ExecuteResult>
  /** Erases a client; answers how many events were deleted. See `EventStore.eraseClient`. */
  readonly eraseClient: (clientId: string) => Promise<number>
  /** Erases a user from every client; answers how many events were deleted or rewritten. */
  readonly eraseUser: (userId: string) => Promise<number>
  /** Users whose erasure is scheduled. See `PendingErasures`. */
  readonly pendingErasures: PendingErasures
  /**
   * Erases the users whose scheduled erasure is due now. A service that schedules erasures calls this at its
   * start and then from a timer. Several processes may call it at once: to erase a user twice does no harm.
   * A user that cannot be erased keeps no other one back; the first failure rejects in the end, and the
   * next call tries again.
   *
   * @returns how many users were erased
   */
  readonly eraseDue: () => Promise<number>
  /** Removes the bytes of what was erased from the files. It rewrites them: see `EventStore.scrub`. */
  readonly scrub: EventStore['scrub']
  /** Drops events before a moment that answers of that moment and later do not need. See `EventStore.compact`. */
  readonly compact: EventStore['compact']
  /** Forgets the sessions that were over before a moment. See `EventStore.forget`. */
  readonly forget: EventStore['forget']

  // Read

  /** The documented Client as of any moment; null if it did not exist then. */
  readonly get: (clientId: string, query?: Question) => Promise<Client | null>
  /** A session as of any moment, a removed one too; null if it did not exist then. */
  readonly session: (sessionId: string, query?: Question) => Promise<Session | null>
  /**
   * Clients, newest first by creation: all of them, unless `limit` or `offset` is given. They are read
   * from the views, which first catch up with what was committed before the call, for ten seconds at most.
   * A call with `asOf` or `knownAt` folds the whole log each time. There is one such fold at a time, and
   * waiting calls with equal moments share it. Long work leaves the event loop free for other work.
   *
   * @throws StoreUnavailable (as a rejection) with the reason `busy` if the views are too far behind.
   * @throws TooManyQuestions (as a rejection) if too many calls with other moments wait already.
   */
  readonly list: (query?: ListQuery) => Promise<ListPage<Client>>
  /**
   * Sessions over all clients, newest first by creation, removed ones too: what `GET /v1/sessions`
   * answers. All that match, unless `limit` or `offset` is given; `{}` matches every session.
   *
   * With `asOf` or `knownAt`, and `userId` or `clientId`, it reads only the clients that can have such
   * sessions. A `status` without either of them looks at every session to count them.
   */
  readonly sessions: (query: SessionsQuery) => Promise<ListPage<Session>>
  /**
   * The devices of a user, the one that was used last first: browser, operating system, place, when it was
   * seen, and the user's sessions on it. It reads all events of the user's clients.
   */
  readonly devices: (userId: string, query?: DevicesQuery) => Promise<ReadonlyArray<Device>>
  /** All clients, one by one, in ascending order of id by UTF-16 code units. */
  readonly all: (query?: Question & Cancellation) => AsyncIterable<Client>

  // Log

  /** The events of a client, in the order in which they were recorded. */
  readonly history: (clientId: string) => Promise<ReadonlyArray<RecordedEvent>>
  /**
   * Every event of the store, whichever process recorded it, and every new one, until the signal. It
   * outlives every passing failure of the store; `onFailure` reports them. See `EventStore.follow`.
   */
  readonly follow: (from?: FollowFrom) => AsyncIterable<RecordedEvent>
  /**
   * The clients that change, whichever process recorded why, from now on or after a position, until the
   * signal. A change comes at once, at least once, and in no promised order; `client` is always what is known
   * now. An erasure is a change too. A session that expires by the clock changes nothing: no event says
   * so. It outlives every passing failure of the store, as `follow` does.
   *
   * Keep the last `client` of each `clientHash` to keep a copy of the store.
   *
   * @throws ForeignPosition (as a rejection) if the position is, or becomes, one of another life of the
   *   store. Then read all clients again, and their changes from now on.
   */
  readonly changes: (query?: ChangesQuery) => AsyncIterable<ClientChange>
  /** Listens to what this value records. Other processes: see `changes`. Call the function that it returns to stop listening. */
  readonly on: Listeners['on']
  /** Genuine deliveries that could not be recorded. */
  readonly quarantine: Quarantine

  /** The transaction for which followers wait, or null; see `EventStore.heldBackBy`. */
  readonly heldBackBy: () => Promise<BlockingTransaction | null>
  /** What lists are read from, and how far it is. */
  readonly views: ViewsControl
  /** What these clients report to; see {@link ClientsOptions}. */
  readonly telemetry: Telemetry | undefined

  // Lifetime

  /** Rejects with `StoreUnavailable` if nothing can be recorded now; see `EventStore.checkWritable`. */
  readonly checkWritable: () => Promise<void>
  /** Closes the store too. */
  readonly close: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/**
 * Opens the clients of a store.
 *
 * @throws TypeError if the clock answers no epoch milliseconds.
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
 * const client = await clients.get('client_1', { at: Date.UTC(2026, 4, 28, 9) })
 * client?.last_active_session_id // => 'sess_1'
 * await clients.close()
 */
export const openClients = ({
  store: given,
  cachedStates = 1000,
  now = Date.now,
  viewsIn: place,
  telemetry,
}: ClientsOptions): Clients => {
  checkClock('openClients', now)
  const store = telemetry === undefined ? given : observedStore(given, telemetry)
  const states = createStateCache(store, cachedStates)
  const views = createViewsOf(store, place, telemetry)
  const reader = createClientReader(store, states, views, createPastLists(store), now)
  const readDevices = createDeviceReader(store, now)
  const listeners = createListeners()
  const readers = createChangeReaders()
  const changes = {
    ...{ store, views, now, cachedStates, readers },
    ...{ commits: createSharedCommits(store), reads: createSharedReads(store) },
  }

  const closeFigures = telemetry?.openFigures(figuresOf({ store, views, readers, now }))
  const emitRecorded = createRecordedEmitter(states, views, listeners, now)

  const eraseUser = async (userId: string): Promise<number> => {
    const events = await store.eraseUser(userId)
    views.appended(1)
    return events
  }

  const close = async (): Promise<void> => {
    closeFigures?.()
    await views.close()
    await store.close()
  }

  return {
    record: async (oneOrMore) => {
      const events = 'type' in oneOrMore ? [oneOrMore] : oneOrMore
      const recordings = await store.record(events)
      for (const [place, event] of events.entries()) {
        if (recordings[place]?._tag === 'Duplicate') listeners.emit('event.duplicate', event)
      }
      const recorded = recordings.flatMap((each) =>
        each._tag === 'Recorded' ? [each.recorded] : [],
      )
      await emitRecorded(recorded)
      return recordings
    },
    execute: async (clientId, command, { signal } = {}) => {
      const result = await executeCommand(store, states, clientId, command, signal)
      if (E.isRight(result)) await emitRecorded(result.right)
      return result
    },
    eraseClient: async (clientId) => {
      states.forget(clientId)
      const events = await store.eraseClient(clientId)
      views.appended(1)
      return events
    },
    eraseUser,
    scrub: async (options) => {
      await views.removeErased()
      await store.scrub(options)
    },
    compact: (before, options) => store.compact(before, options),
    forget: async (overBefore, options) => {
      const result = await store.forget(overBefore, options)
      views.appended(result.clients)
      return result
    },
    pendingErasures: store.pendingErasures,
    eraseDue: () => eraseDue({ pendingErasures: store.pendingErasures, eraseUser }, now()),
    get: async (clientId, query = {}) => {
      checkQuery('get', query)
      return reader.client(clientId, query)
    },
    session: async (sessionId, query = {}) => {
      checkQuery('session', query)
      return reader.session(sessionId, query)
    },
    list: async (query = {}) => {
      checkQuery('list', query)
      return reader.clients(query)
    },
    sessions: async (query) => {
      checkQuery('sessions', query)
      return reader.sessions(query)
    },
    devices: async (userId, query = {}) => {
      checkQuery('devices', query)
      checkUserId(userId)
      return readDevices(userId, query)
    },
    all: async function* (query = {}) {
      checkQuery('all', query)
      const { signal, ...moments } = query
      for (const clientId of await store.clientIds()) {
        if (signal?.aborted === true) return
        const client = await reader.client(clientId, moments)
        if (client !== null) yield client
      }
    },
    history: (clientId) => store.readClient(clientId),
    follow: (from) => store.follow(from),
    changes: (query = {}) => {
      checkQuery('changes', query)
      return readChanges(changes, query)
    },
    on: (name, listener) => listeners.on(name, listener),
    quarantine: store.quarantine,
    heldBackBy: () => store.heldBackBy(),
    views,
    telemetry,
    checkWritable: () => store.checkWritable(),
    close,
    [Symbol.asyncDispose]: close,
  }
}
