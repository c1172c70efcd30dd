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

/** What became of a client. */
export type Reconciled =
  /** Clerk answered; `drift` is empty where the log has it as Clerk does. */
  | {
      readonly _tag: 'Compared'
      readonly clientId: string
      readonly drift: ReadonlyArray<Drift>
      /** True if the answer was recorded: only if it says something that the log does not. */
      readonly isRecorded: boolean
    }
  /** Clerk does not know the client any more. The log goes on to know what it has heard. */
  | {
      readonly _tag: 'Gone'
      readonly clientId: string
      /** The sessions that are live in the log. */
      readonly live: ReadonlyArray<string>
    }
  /** It cannot be told: no answer, or one that does not fit. Nothing was recorded. */
  | { readonly _tag: 'Unclear'; readonly clientId: string; readonly reason: string }

/** With what is reconciled. */
export interface ReconcileOptions {
  readonly clients: Clients
  readonly api: ClerkApi
  /** Only compare. */
  readonly isDryRun?: boolean
  /** How many clients are asked for at once; 8 unless given. Clerk's limit is 1,000 requests in 10 s. */
  readonly concurrency?: number
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
}

/** What can be read of a state. */
const readable = (state: ExistingClient): string =>
  JSON.stringify([toClient(state), toSessions([state])])

const saysNews = (state: ExistingClient, event: ClientObserved): boolean => {
  const after = evolve(state, event)
  return after.id !== null && readable(after) !== readable(state)
}

const reconcileClient = async (
  clientId: string,
  { clients, api, isDryRun = false, now = Date.now }: ReconcileOptions,
): Promise<Reconciled | null> => {
  const history = await clients.history(clientId)
  const state = foldClient(history.map(({ event }): ClientEvent => event))
  // Erased since the ids were read.
  if (state.id === null) return null
  const at = now()
  const known = toSessions([state], {}, { at })
  const live = known.filter(({ status }) => isLive(status)).map(({ id }) => id)
  const observed = await observe(api, clientId, { live, recorded: toSessions([state]) }, now)
  if (observed._tag === 'Unclear') return { ...observed, clientId }
  if (observed._tag === 'Gone') return { _tag: 'Gone', clientId, live }
  const { event } = observed
  const drift = driftBetween(toClient(state, { at }), known, event.data)
  if (isDryRun || !saysNews(state, event)) {
    return { _tag: 'Compared', clientId, drift, isRecorded: false }
  }
  const [recording] = await clients.record(event)
  return { _tag: 'Compared', clientId, drift, isRecorded: recording?._tag === 'Recorded' }
}

/**
 * Asks Clerk for every client of the log, compares, and records what Clerk says as `client.observed`,
 * where it says something that the log does not. Answers come as they are ready, in no order.
 *
 * @throws ClerkKeyRefused if Clerk does not take the key; what the store throws.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { createClerkApi, reconcile } from 'clientfold/clerk'
 * const clients = openClients({ store: openMemoryStore() })
 * const api = createClerkApi({ secretKey: 'sk_test_1' })
 * const found: unknown[] = []
 * for await (const each of reconcile({ clients, api })) found.push(each)
 * found // => []
 */
export async function* reconcile(options: ReconcileOptions): AsyncGenerator<Reconciled, void> {
  const { concurrency = 8 } = options
  const running = new Set<Promise<{ self: () => unknown; result: Reconciled | null }>>()
  const next = async function* (most: number): AsyncGenerator<Reconciled, void> {
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
    // If one fails the others are not waited for: their failures have nobody to tell.
    task.catch(() => undefined)
    running.add(task)
    yield* next(concurrency - 1)
  }
  yield* next(0)
}
