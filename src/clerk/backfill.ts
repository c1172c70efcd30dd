import type { Clients } from '../clients/clients.js'
import type { Session } from '../events/session.js'
import type { ClerkApi } from './clerk-api.js'
import { compareClient } from './compare-client.js'
import { inParallel } from './in-parallel.js'
import { userPages } from './user-pages.js'

/** What a backfill did, step by step. */
export type BackfillStep =
  /** The Client was recorded; in a dry run: it would be recorded. `sessions` says how many it has. */
  | { readonly _tag: 'Recorded'; readonly clientId: string; readonly sessions: number }
  /** The log answers already what Clerk answers, so nothing was recorded. */
  | { readonly _tag: 'Known'; readonly clientId: string; readonly sessions: number }
  /** Clerk has sessions of this client, but the client no more. Nothing was recorded. */
  | { readonly _tag: 'Gone'; readonly clientId: string }
  /** The client was erased from the log, and stays erased. */
  | { readonly _tag: 'Erased'; readonly clientId: string }
  /** There was no answer, or one that is not the documented Client. Nothing was recorded. */
  | { readonly _tag: 'Unclear'; readonly clientId: string; readonly reason: string }
  /** The sessions of a user could not be read, and so none of that user's clients. */
  | { readonly _tag: 'UserUnclear'; readonly userId: string; readonly reason: string }
  /** All clients of some users are done. Keep `createdFrom` to go on from here later. */
  | {
      readonly _tag: 'UsersDone'
      /** How many users this step adds. */
      readonly users: number
      /**
       * Epoch milliseconds: every user who was created before this moment is done. Null if the users were
       * named, because then there is no order.
       */
      readonly createdFrom: number | null
    }

/** How to fill a log. Moments are epoch milliseconds. */
export interface BackfillOptions {
  readonly clients: Clients
  readonly api: ClerkApi
  /** Only these users. All users unless given, in the order of their creation. */
  readonly userIds?: ReadonlyArray<string>
  /** Only users who were active at this moment or later. Not together with `userIds`. */
  readonly since?: number | undefined
  /** Go on from here: the `createdFrom` of the last `UsersDone` of an earlier run. Not with `userIds`. */
  readonly createdFrom?: number | undefined
  /** Only read and compare, and record nothing. */
  readonly isDryRun?: boolean
  /** How many users or clients to read at once; 8 unless given. Clerk's limit is 1,000 requests in 10 s. */
  readonly concurrency?: number
  /** Once it is aborted, the backfill finishes the requests that are open, and ends. */
  readonly signal?: AbortSignal | undefined
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
}

/** Named users in pages, as `userPages` gives all users. */
function* namedPages(userIds: ReadonlyArray<string>) {
  const [ids, size] = [[...new Set(userIds)], 100]
  for (let start = 0; start < ids.length; start += size) {
    const users = ids.slice(start, start + size).map((id) => ({ id }))
    yield { users, createdFrom: null }
  }
}

const fillClient = async (
  clientId: string,
  listed: ReadonlyArray<Session>,
  { clients, api, isDryRun = false, now = Date.now }: BackfillOptions,
): Promise<BackfillStep> => {
  const comparison = await compareClient(clientId, { clients, api, now }, listed)
  if (comparison._tag === 'Unclear') return { ...comparison, clientId }
  if (comparison._tag === 'Gone') return { _tag: 'Gone', clientId }
  const { event, isNews } = comparison
  const counted = { clientId, sessions: event.data.sessions.length }
  if (!isNews) return { _tag: 'Known', ...counted }
  if (isDryRun) return { _tag: 'Recorded', ...counted }
  const [recording] = await clients.record(event)
  return recording?._tag === 'Erased'
    ? { _tag: 'Erased', clientId }
    : { _tag: 'Recorded', ...counted }
}

/** Fills the log with the clients of some users. A client that they share is read once. */
async function* fillUsers(
  userIds: ReadonlyArray<string>,
  options: BackfillOptions,
): AsyncGenerator<BackfillStep, void> {
  const { api, concurrency = 8 } = options
  const byClient = new Map<string, Session[]>()
  const readUser = async (userId: string) => ({ userId, list: await api.sessionsOf(userId) })
  for await (const { userId, list } of inParallel(userIds, concurrency, readUser)) {
    if (list._tag === 'Unanswered') yield { _tag: 'UserUnclear', userId, reason: list.reason }
    else {
      for (const session of list.entries) {
        const sessions = byClient.get(session.client_id)
        if (sessions === undefined) byClient.set(session.client_id, [session])
        else sessions.push(session)
      }
    }
  }
  yield* inParallel(byClient, concurrency, ([id, listed]) => fillClient(id, listed, options))
}

/**
 * Fills a log with the users that Clerk has already: it reads users, their sessions and the clients of
 * these sessions, and records each Client as `client.observed` if that changes what the log answers. So it
 * may run again at any time, beside webhooks too, and what is recorded already is not recorded again.
 *
 * It repeats nothing that lies before `createdFrom`: keep it from each `UsersDone`, and give it to the next
 * run if this one ends early. Users who sign up during the run are read too.
 *
 * @throws ClerkKeyRefused if Clerk refuses the key, ClerkUnavailable if it does not answer, and the errors
 *   of the store. TypeError if `userIds` is given together with `since` or `createdFrom`.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { backfill, createClerkApi } from 'clientfold/clerk'
 * const clients = openClients({ store: openMemoryStore() })
 * const api = createClerkApi({ secretKey: 'sk_test_1', apiUrl: 'http://127.0.0.1:1', attempts: 1 })
 * const steps: unknown[] = []
 * for await (const step of backfill({ clients, api, userIds: ['user_1'] })) steps.push(step)
 * steps[0] // => { _tag: 'UserUnclear', userId: 'user_1', reason: 'no answer' }
 * steps[1] // => { _tag: 'UsersDone', users: 1, createdFrom: null }
 */
export async function* backfill(options: BackfillOptions): AsyncGenerator<BackfillStep, void> {
  const { api, userIds, since, createdFrom, signal } = options
  if (userIds !== undefined && (since ?? createdFrom) !== undefined) {
    throw new TypeError('backfill: userIds cannot be combined with since or createdFrom')
  }
  const pages = userIds === undefined ? userPages({ api, since, createdFrom }) : namedPages(userIds)
  for await (const page of pages) {
    const ids = page.users.map(({ id }) => id)
    for await (const step of fillUsers(ids, options)) {
      yield step
      if (signal?.aborted === true) return
    }
    yield { _tag: 'UsersDone', users: ids.length, createdFrom: page.createdFrom }
    if (signal?.aborted === true) return
  }
}
