import type { Clients } from '../../src/clients/clients.js'
import type { ClerkApi } from '../../src/clerk/clerk-api.js'
import { createClerkApi } from '../../src/clerk/clerk-api.js'
import { reconcile, type Reconciled, type ReconcileOptions } from '../../src/clerk/reconcile.js'
import { aHandler, listening, NOW, SECRET_KEY } from '../http/given.js'

/** How the server in Clerk's place answers otherwise, if it does. */
export type Otherwise = (request: Request) => Response | Promise<Response> | undefined

/** A server in Clerk's place: what it knows, it has from a log of its own. */
export const clerkWith = async (
  truth: Clients,
  otherwise: Otherwise = () => undefined,
): Promise<{ readonly url: string; readonly asked: ReadonlyArray<string> }> => {
  const handler = aHandler(truth)
  const asked: string[] = []
  const url = await listening({
    fetch: async (request) => {
      asked.push(new URL(request.url).pathname)
      return (await otherwise(request)) ?? handler.fetch(request)
    },
  })
  return { url, asked }
}

export const apiAt = (apiUrl: string, secretKey = SECRET_KEY): ClerkApi =>
  createClerkApi({ secretKey, apiUrl, firstPauseMilliseconds: 1 })

/** All that comes of it, in the order of the ids. */
export const reconciled = async (
  options: Pick<ReconcileOptions, 'clients' | 'api'> & Partial<ReconcileOptions>,
): Promise<ReadonlyArray<Reconciled>> => {
  const found: Reconciled[] = []
  for await (const each of reconcile({ now: () => NOW, ...options })) found.push(each)
  return found.sort((left, right) => (left.clientId < right.clientId ? -1 : 1))
}
