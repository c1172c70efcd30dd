import type { Clients } from '../clients/clients.js'
import type { ClerkApi } from './clerk-api.js'
import { compareClient } from './compare-client.js'
import type { Drift } from './drift.js'
import { inParallel } from './in-parallel.js'

/** The outcome of reconciling one client, or a user who could not be read. */
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
  /** The sessions of a user could not be read, so that clients that the log lacks may be missing. */
  | { readonly _tag: 'UserUnclear'; readonly userId: string; readonly reason: string }

/** How to reconcile. */
export interface ReconcileOptions {
  readonly clients: Clients
  readonly api: ClerkApi
  /** Compare only these clients, whether or not the log has them, and those of `userIds`. */
  readonly clientIds?: ReadonlyArray<string>
  /** Compare only the clients of these users, in the log and at Clerk, and those of `clientIds`. */
  readonly userIds?: ReadonlyArray<string>
  /** Compare only, and record nothing. */
  readonly isDryRun?: boolean
  /** How many clients to read from Clerk at once; 8 unless given. Clerk's limit is 1,000 requests in 10 s. */
  readonly concurrency?: number
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
}

/** The ids of the clients of the log that the options choose. */
async function* chosenIds(options: ReconcileOptions): AsyncGenerator<string, void> {
  const { clients, clientIds, userIds } = options
  if (clientIds === undefined && userIds === undefined) {
    for await (const { id } of clients.all()) yield id
    return
  }
  const ids = new Set(clientIds)
  for (const userId of userIds ?? []) {
    const { data } = await clients.sessions({ userId })
    for (const { client_id } of data) ids.add(client_id)
  }
  yield* ids
}

const NOWHERE = 'neither the log nor Clerk has this client'

/** What a run remembers. */
interface Run {
  /** Every client that is compared already, or begun. */
  readonly clientIds: Set<string>
  /** Whose sessions at Clerk may name clients that the log lacks. */
  readonly userIds: Set<string>
}

const reconcileClient = async (
  clientId: string,
  { clients, api, isDryRun = false, now = Date.now }: ReconcileOptions,
  run: Run,
): Promise<ReconcileOutcome | null> => {
  run.clientIds.add(clientId)
  const comparison = await compareClient(clientId, { clients, api, now })
  if (comparison._tag === 'Unclear') return { ...comparison, clientId }
  for (const userId of comparison.userIds) run.userIds.add(userId)
  if (comparison._tag === 'Gone') {
    const { live, isInLog } = comparison
    if (isInLog) return { _tag: 'Gone', clientId, live }
    return { _tag: 'Unclear', clientId, reason: NOWHERE }
  }
  const { drift, event, isNews } = comparison
  if (isDryRun || !isNews) return { _tag: 'Compared', clientId, drift, isRecorded: false }
  const [recording] = await clients.record(event)
  // It was erased, and stays erased.
  if (recording?._tag === 'Erased') return null
  return { _tag: 'Compared', clientId, drift, isRecorded: recording?._tag === 'Recorded' }
}

/** Compares the clients at Clerk of one user that were not compared yet. */
const reconcileUser = async (
  userId: string,
  options: ReconcileOptions,
  run: Run,
): Promise<ReadonlyArray<ReconcileOutcome | null>> => {
  const list = await options.api.sessionsOf(userId)
  if (list._tag === 'Unanswered') return [{ _tag: 'UserUnclear', userId, reason: list.reason }]
  const outcomes: Array<ReconcileOutcome | null> = []
  for (const { client_id } of list.entries) {
    if (run.clientIds.has(client_id)) continue
    const outcome = await reconcileClient(client_id, options, run)
    // A session can outlive its client at Clerk. Then there is no Client to record.
    const isNowhere = outcome?._tag === 'Unclear' && outcome.reason === NOWHERE
    if (!isNowhere) outcomes.push(outcome)
  }
  return outcomes
}

/**
 * Reads clients from Clerk, compares them with the log, and records Clerk's answer as `client.observed` if
 * it changes what the log answers: all clients of the log, or those that `clientIds` and `userIds` choose.
 * Then it reads the sessions of the users of these clients, and compares the clients that they name and the
 * log lacks: clients of which no webhook ever came. (With `clientIds` alone it does not.) The users of a
 * client that could not be read are left out. Outcomes come as they are ready, in no particular order.
 *
 * @throws ClerkKeyRefused if Clerk refuses the key, ClerkUnavailable if it does not answer, and the errors
 *   of the store.
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
  const { concurrency = 8, clientIds, userIds } = options
  const run: Run = { clientIds: new Set(), userIds: new Set() }
  const ofClient = (id: string) => reconcileClient(id, options, run)
  for await (const outcome of inParallel(chosenIds(options), concurrency, ofClient)) {
    if (outcome !== null) yield outcome
  }
  const users = userIds ?? (clientIds === undefined ? [...run.userIds] : [])
  const ofUser = (id: string) => reconcileUser(id, options, run)
  for await (const outcomes of inParallel(users, concurrency, ofUser)) {
    for (const outcome of outcomes) if (outcome !== null) yield outcome
  }
}
