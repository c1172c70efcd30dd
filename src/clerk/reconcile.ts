import type { Clients } from '../clients/clients.js'
import { evolve, foldClient } from '../domain/fold.js'
import type { ExistingClient } from '../domain/state.js'
import { isLive } from '../domain/status.js'
import type { ClientEvent, ClientObserved } from '../events/client-event.js'
import { toClient } from '../projections/client.js'
import { toSessions } from '../projections/sessions.js'
import type { ClerkApi } from './clerk-api.js'
import { driftBetween, type Drift } from './drift.js'
import { observe } from './observe.js'

/** The outcome of reconciling one client. */
export type ReconcileOutcome =
  /** Clerk answered. `drift` is empty if the log and Clerk agree. */
  | {
      readonly _tag: 'Compared'
      readonly clientId: string
      readonly drift: ReadonlyArray<Drift>
      /** True if the answer was recorded. It is recorded only if it changes what the log answers. */
      readonly isRecorded: boolean
    }
  /** Clerk does not have the client any more. The log keeps it. */
  | {
      readonly _tag: 'Gone'
      readonly clientId: string
      /** The ids of the sessions that are live in the log. */
      readonly live: ReadonlyArray<string>
    }
  /** There was no answer, or one that is not the documented Client. Nothing was recorded. */
  | { readonly _tag: 'Unclear'; readonly clientId: string; readonly reason: string }

/** How to reconcile. */
export interface ReconcileOptions {
  readonly clients: Clients
  readonly api: ClerkApi
  /** Compare only, and record nothing. */
  readonly isDryRun?: boolean
  /** How many clients to read from Clerk at once; 8 unless given. Clerk's limit is 1,000 requests in 10 s. */
  readonly concurrency?: number
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
}

/** Everything that can be read from a state. */
const readable = (state: ExistingClient): string =>
  JSON.stringify([toClient(state), toSessions([state])])

const changesAnswers = (state: ExistingClient, event: ClientObserved): boolean => {
  const after = evolve(state, event)
  return after.id !== null && readable(after) !== readable(state)
}

const reconcileClient = async (
  clientId: string,
  { clients, api, isDryRun = false, now = Date.now }: ReconcileOptions,
): Promise<ReconcileOutcome | null> => {
  const history = await clients.history(clientId)
  const state = foldClient(history.map(({ event }): ClientEvent => event))
  // The client was erased after the ids were read.
  if (state.id === null) return null
  const at = now()
  const sessions = toSessions([state], {}, { at })
  const live = sessions.filter(({ status }) => isLive(status)).map(({ id }) => id)
  const outcome = await observe(api, clientId, { live, recorded: toSessions([state]) }, now)
  if (outcome._tag === 'Unclear') return { ...outcome, clientId }
  if (outcome._tag === 'Gone') return { _tag: 'Gone', clientId, live }
  const { event } = outcome
  const drift = driftBetween(toClient(state, { at }), sessions, event.data)
  if (isDryRun || !changesAnswers(state, event)) {
    return { _tag: 'Compared', clientId, drift, isRecorded: false }
  }
  const [recording] = await clients.record(event)
  return { _tag: 'Compared', clientId, drift, isRecorded: recording?._tag === 'Recorded' }
}

/**
 * Reads every client of the log from Clerk, compares, and records Clerk's answer as `client.observed` if it
 * changes what the log answers. Outcomes come as they are ready, in no particular order.
 *
 * @throws ClerkKeyRefused if Clerk refuses the key, and the errors of the store.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { createClerkApi, reconcile } from 'clientfold/clerk'
 * const clients = openClients({ store: openMemoryStore() })
 * const api = createClerkApi({ secretKey: 'sk_test_1' })
 * const outcomes: unknown[] = []
 * for await (const outcome of reconcile({ clients, api })) outcomes.push(outcome)
 * outcomes // => []
 */
export async function* reconcile(
  options: ReconcileOptions,
): AsyncGenerator<ReconcileOutcome, void> {
  const { concurrency = 8 } = options
  const running = new Set<Promise<{ self: () => unknown; result: ReconcileOutcome | null }>>()
  const next = async function* (most: number): AsyncGenerator<ReconcileOutcome, void> {
    while (running.size > most) {
      const { self, result } = await Promise.race(running)
      self()
      if (result !== null) yield result
    }
  }
  for await (const { id } of options.clients.all()) {
    const task = reconcileClient(id, options).then((result) => ({
      self: () => running.delete(task),
      result,
    }))
    // After the first failure nothing awaits the other tasks, so their failures must count as handled.
    task.catch(() => undefined)
    running.add(task)
    yield* next(concurrency - 1)
  }
  yield* next(0)
}
