import { Hono, type Context } from 'hono'
import type { Clients } from '../clients/clients.js'
import { createReceiver } from '../webhooks/receiver.js'
import { notFound, unauthorized, type Answer } from './api-error.js'
import { createBoundedReceiver } from './bounded-receiver.js'
import { healthOf } from './health.js'
import { createReadEndpoints, type Endpoint } from './read-routes.js'
import type { RequestLog } from './request-log.js'
import { addRoute, createResponder, type Route } from './routing.js'
import { createSecretKeyCheck } from './secret-key.js'
import { receiveWebhook } from './webhook-route.js'

/** How to create a handler. */
export interface HandlerOptions {
  readonly clients: Clients
  /** The signing secret of the webhook endpoint, `whsec_…`, or several during a rotation. Without it the handler has no webhook endpoint. */
  readonly signingSecrets?: string | ReadonlyArray<string> | undefined
  /** The key that readers send as `Authorization: Bearer …`. Without it the handler has no read endpoints. */
  readonly secretKey?: string | undefined
  /** The path where the handler is mounted, if URLs still contain it: `/api` for a Next.js route under `app/api`. */
  readonly basePath?: string | undefined
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
  /** Called for every request, once it is answered. */
  readonly log?: RequestLog | undefined
}

/** A web-standard handler of requests. */
export interface Handler {
  /** Answers every request; it never rejects, and needs no `this`. */
  readonly fetch: (request: Request) => Promise<Response>
}

const UNKNOWN_PATH =
  'This server does not answer this path. Check the URL. ' +
  'The read endpoints exist only with a secret key, the webhook endpoint only with a signing secret.'

const createReadRoutes = (
  clients: Clients,
  secretKey: string,
  now: () => number,
): ReadonlyArray<Route> => {
  const isAuthorized = createSecretKeyCheck(secretKey)
  const guarded =
    (endpoint: Endpoint) =>
    (context: Context): Answer | Promise<Answer> => {
      if (!isAuthorized(context.req.raw.headers.get('authorization'))) return unauthorized()
      const query = new URL(context.req.url).searchParams
      return endpoint({ id: context.req.param('id') ?? '', query, now: now() })
    }
  return Object.entries(createReadEndpoints(clients)).map(([pattern, endpoint]) => ({
    pattern,
    method: 'GET',
    answer: guarded(endpoint),
  }))
}

/**
 * Creates a handler of `fetch` requests: Clerk's webhooks in (`POST /webhooks/clerk`), and clients and
 * sessions out in the form of Clerk's Backend API, so that Clerk's own SDKs can read from it:
 * `GET /v1/clients`, `/v1/clients/{id}`, `/v1/sessions`, `/v1/sessions/{id}`, each as of any moment with
 * `?at=`, `?as_of=` and `?known_at=`. `GET /healthz` says whether the store answers, and, where webhooks are
 * received, whether it can be written to. A delivery waits for at most 10 s, and at most 1,000 wait.
 *
 * Without a moment the clock is now: a session that has expired reads `expired`. Errors have Clerk's form
 * and statuses. A parameter that a path does not understand is answered 422, not ignored.
 *
 * @throws WebhookSecretInvalid if a signing secret is invalid; TypeError if the secret key is.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { createHandler } from 'clientfold/http'
 * const clients = openClients({ store: openMemoryStore() })
 * const handler = createHandler({ clients, secretKey: 'sk_test_1' })
 * const url = 'http://localhost/v1/clients/client_1'
 * const headers = { authorization: 'Bearer sk_test_1' }
 * const { status } = await handler.fetch(new Request(url, { headers }))
 * status // => 404
 */
export const createHandler = (options: HandlerOptions): Handler => {
  const { clients, signingSecrets, secretKey, basePath = '', now = Date.now, log } = options
  const respond = createResponder(now, log)
  const app = new Hono()
  const prefix = basePath.replace(/\/+$/, '')
  // A handler that only answers readers is healthy on a store that is read-only.
  const needsWriting = signingSecrets !== undefined || secretKey === undefined
  const health: Route = {
    pattern: '/healthz',
    method: 'GET',
    answer: () => healthOf(clients, needsWriting),
  }
  const routes: Route[] = [health]
  if (signingSecrets !== undefined) {
    const receive = createBoundedReceiver(createReceiver({ clients, secrets: signingSecrets, now }))
    const answer = (context: Context): Promise<Answer> => receiveWebhook(context.req.raw, receive)
    routes.push({ pattern: '/webhooks/clerk', method: 'POST', answer })
  }
  if (secretKey !== undefined) routes.push(...createReadRoutes(clients, secretKey, now))
  for (const route of routes) addRoute(app, prefix, respond, route)
  app.notFound(respond('unmatched', () => notFound(UNKNOWN_PATH)))
  return { fetch: async (request) => app.fetch(request) }
}
