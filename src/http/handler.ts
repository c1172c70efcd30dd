import { Hono, type Context } from 'hono'
import type { Clients } from '../clients/clients.js'
import { createReceiver } from '../webhooks/receiver.js'
import { notFound, unauthorized, type Answer } from './api-error.js'
import { healthOf } from './health.js'
import { readEndpoints, type Endpoint } from './read-routes.js'
import type { RequestLog } from './request-log.js'
import { addRoute, responding, type Route } from './routing.js'
import { secretKeyCheck } from './secret-key.js'
import { receiveWebhook } from './webhook-route.js'

/** What a handler is made with. */
export interface HandlerOptions {
  readonly clients: Clients
  /** The webhook endpoint's signing secret, `whsec_…`, or several during a rotation. Without one there is no webhook endpoint. */
  readonly signingSecrets?: string | ReadonlyArray<string> | undefined
  /** What readers must show as `Authorization: Bearer …`. Without one there is no read endpoint. */
  readonly secretKey?: string | undefined
  /** Where it is mounted, if what calls it leaves that in the URL: `/api` for a Next.js route under `app/api`. */
  readonly basePath?: string | undefined
  /** The clock, in epoch milliseconds. */
  readonly now?: () => number
  /** Is told of every request once it is answered. */
  readonly log?: RequestLog | undefined
}

/** A web-standard handler of requests. */
export interface Handler {
  /** Answers every request, and never rejects. It needs no `this`. */
  readonly fetch: (request: Request) => Promise<Response>
}

const readRoutes = (
  clients: Clients,
  secretKey: string,
  now: () => number,
): ReadonlyArray<Route> => {
  const isAuthorized = secretKeyCheck(secretKey)
  const guarded =
    (endpoint: Endpoint) =>
    (context: Context): Answer | Promise<Answer> => {
      if (!isAuthorized(context.req.raw.headers.get('authorization'))) return unauthorized()
      const query = new URL(context.req.url).searchParams
      return endpoint({ id: context.req.param('id') ?? '', query, now: now() })
    }
  return Object.entries(readEndpoints(clients)).map(([pattern, endpoint]) => ({
    pattern,
    method: 'GET',
    answer: guarded(endpoint),
  }))
}

/**
 * Makes a handler of `fetch` requests: Clerk's webhooks in (`POST /webhooks/clerk`), and clients and
 * sessions out in the form of Clerk's Backend API, so that Clerk's own SDKs can be pointed at it:
 * `GET /v1/clients`, `/v1/clients/{id}`, `/v1/sessions`, `/v1/sessions/{id}`, each from any moment with
 * `?at=`, `?as_of=` and `?known_at=`. `GET /healthz` says whether the store answers.
 *
 * Errors have Clerk's form and statuses. Without a moment the clock is now: expired sessions read so.
 *
 * @throws WebhookSecretInvalid if a signing secret is none; TypeError if the secret key is none.
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
  const respond = responding(now, log)
  const app = new Hono()
  const prefix = basePath.replace(/\/+$/, '')
  const routes: Route[] = [{ pattern: '/healthz', method: 'GET', answer: () => healthOf(clients) }]
  if (signingSecrets !== undefined) {
    const receive = createReceiver({ clients, secrets: signingSecrets, now })
    const answer = (context: Context): Promise<Answer> => receiveWebhook(context.req.raw, receive)
    routes.push({ pattern: '/webhooks/clerk', method: 'POST', answer })
  }
  if (secretKey !== undefined) routes.push(...readRoutes(clients, secretKey, now))
  for (const route of routes) addRoute(app, prefix, respond, route)
  app.notFound(respond('unmatched', () => notFound('What is asked for')))
  return { fetch: async (request) => app.fetch(request) }
}
