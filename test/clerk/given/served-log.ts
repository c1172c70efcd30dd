import type { ClientEvent } from '../../../src/events/client-event.js'
import type { Clients } from '../../../src/clients/clients.js'
import type { ClerkApi } from '../../../src/clerk/clerk-api.js'
import { createClerkApi } from '../../../src/clerk/clerk-api.js'
import {
  reconcile,
  type ReconcileOptions,
  type ReconcileOutcome,
} from '../../../src/clerk/reconcile.js'
import { aHandler, inMemory, listening, NOW, SECRET_KEY } from '../../http/given.js'

/** Answers some requests in the place of the server; undefined leaves the request to the server. */
export type Override = (request: Request) => Response | Promise<Response> | undefined

/** A server in the place of Clerk. It answers from a log of its own. */
export const clerkWith = async (
  truth: Clients,
  override: Override = () => undefined,
): Promise<{ readonly url: string; readonly paths: ReadonlyArray<string> }> => {
  const handler = aHandler(truth)
  const paths: string[] = []
  const url = await listening({
    fetch: async (request) => {
      paths.push(new URL(request.url).pathname)
      return (await override(request)) ?? handler.fetch(request)
    },
  })
  return { url, paths }
}

export const apiAt = (apiUrl: string, secretKey = SECRET_KEY): ClerkApi =>
  createClerkApi({ secretKey, apiUrl, firstPauseMilliseconds: 1 })

/** A log, and a server in the place of Clerk that has another log. */
export const givenBoth = async (
  log: ReadonlyArray<ClientEvent>,
  truth: ReadonlyArray<ClientEvent>,
  override?: Override,
) => {
  const [clients, clerk] = [inMemory(), inMemory()]
  await clients.record(log)
  await clerk.record(truth)
  const { url, paths } = await clerkWith(clerk, override)
  return { clients, clerk, api: apiAt(url), paths }
}

const nameOf = (each: ReconcileOutcome): string =>
  each._tag === 'UserUnclear' ? each.userId : each.clientId

/** All outcomes, in the order of the ids. */
export const outcomesOf = async (
  options: Pick<ReconcileOptions, 'clients' | 'api'> & Partial<ReconcileOptions>,
): Promise<ReadonlyArray<ReconcileOutcome>> => {
  const outcomes: ReconcileOutcome[] = []
  for await (const outcome of reconcile({ now: () => NOW, ...options })) outcomes.push(outcome)
  return outcomes.sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1))
}
