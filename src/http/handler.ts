import { Hono, type Context } from 'hono'
import type { Clients } from '../clients/clients.js'
import { MAX_BODY_BYTES } from '../webhooks/outcome.js'
import { createReceiver } from '../webhooks/receiver.js'
import type { UserDeletionOptions } from '../webhooks/user-deletion.js'
import { notFound, notImplemented, unauthorized, type Answer } from './api-error.js'
import { createBoundedReceiver } from './bounded-receiver.js'
import {
  createChangesEndpoint,
  type ChangesEndpoint,
  type ChangesRequest,
} from './changes-endpoint.js'
import { healthOf } from './health.js'
import { createMetricsRoute, type MetricsOptions } from './metrics-route.js'
import { createInspectRoutes, type InspectOptions } from './inspect/inspect-routes.js'
import { createReadEndpoints, type Endpoint } from './read-routes.js'
import type { RequestLog } from './request-log.js'
import { addRoute, createResponder, type Route } from './routing.js'
import { createSecretKeyCheck } from './secret-key.js'
import { createWebhookEndpoint } from './webhook-route.js'

/** How to create a handler. */
export interface HandlerOptions extends UserDeletionOptions {
  readonly clients: Clients
  /** The signing secret of the webhook endpoint, `whsec_…`, or several during a rotation. Without it the handler has no webhook endpoint. */
  readonly signingSecrets?: string | ReadonlyArray<string> | undefined
  /** The key that readers send as `Authorization: Bearer …`. Without it the handler has no read endpoints. */
  readonly secretKey?: string | undefined
  /** The path where the handler is mounted, if URLs still contain it: `/api` for a Next.js route under `app/api`. */
  readonly basePath?: string | undefined
  /**
   * The clock by which signatures and requests are dated, in epoch milliseconds; `Date.now` unless given.
   * Statuses are read by the clock of `clients`.
   */
  readonly now?: () => number
  /**
   * How many bytes the bodies of all deliveries together may hold in memory; 64 MiB unless given, and at
   * least 256 KiB, the longest body. A delivery beyond that is answered 503 with `Retry-After`.
   */
  readonly maxBytesInFlight?: number
  /** How many streams of `GET /v1/changes` may be open at the same time; 100 unless given. */
  readonly maxChangeStreams?: number
  /** How often a stream without changes says that it is alive; every 15,000 ms unless given. */
  readonly heartbeatMilliseconds?: number
  /**
   * Serves the inspector at `/inspect`: a page that shows timelines, changes and the quarantine to people who
   * sign in with the secret key. Off unless given. With `{ retry: true }` they may retry deliveries in quarantine.
   */
  readonly inspect?: boolean | InspectOptions | undefined
  /** Serves metrics to Prometheus at `/metrics`, to those who send their secret key. Off unless given. */
  readonly metrics?: MetricsOptions | undefined
  /** Called for every request, once it is answered. */
  readonly log?: RequestLog | undefined
}

/** A web-standard handler of requests. */
export interface Handler {
  /**
   * Answers every request; it never rejects, and needs no `this`. `@hono/node-server` passes Node's own
   * request as `{ incoming }` beside the web-standard one. From it the handler sees whether a body parser
   * has read the body of a webhook, and takes the raw bytes or text if the parser left them in `rawBody`
   * or `body`.
   */
  readonly fetch: (request: Request, bindings?: unknown) => Promise<Response>
  /** Ends the open streams of changes. A server calls it when it stops: such a stream does not end by itself. */
  readonly close: () => void
}

/** 64 MiB: some 30,000 deliveries of Clerk at once. */
const MAX_BYTES_IN_FLIGHT = 67_108_864

const MAX_CHANGE_STREAMS = 100

/** Shorter than the time after which proxies close a connection that is silent. */
const HEARTBEAT_MS = 15_000

const checkedBytes = (bytes: number): number => {
  if (Number.isSafeInteger(bytes) && bytes >= MAX_BODY_BYTES) return bytes
  throw new TypeError(`maxBytesInFlight must be an integer of at least ${MAX_BODY_BYTES} bytes`)
}

const UNKNOWN_PATH =
  'This server does not answer this path. Check the URL. ' +
  'The read endpoints exist only with a secret key, the webhook endpoint only with a signing secret.'

/** Where paths of Clerk's Backend API begin. `@clerk/backend` sends requests for the last three without `/v1`. */
const BACKEND_API_ROOTS = ['/v1', '/api_keys', '/m2m_tokens', '/oauth_applications']

/** A path of that API that looks like `/v1/clients/{id}`. As such it would be answered 404. */
const HANDSHAKE = '/v1/clients/handshake_payload'

/** The part of the handler that answers as Clerk's Backend API does. */
interface BackendApi {
  readonly routes: ReadonlyArray<Route>
  /** Answers every other path and method of that API. */
  readonly answerToOthers: (context: Context) => Answer | Promise<Answer>
}

/** The connection of Node's own server, where the handler runs in one. */
interface NodeBindings {
  readonly outgoing?: { readonly destroy: () => unknown }
}

/** The query of a URL that hono has parsed before. */
const queryOf = (url: string): URLSearchParams => {
  const [withoutFragment = ''] = url.split('#', 1)
  const start = withoutFragment.indexOf('?')
  return new URLSearchParams(start < 0 ? '' : withoutFragment.slice(start))
}

/** A request for a stream of changes. */
const changesRequest = ({ req, env }: Context): ChangesRequest => ({
  query: queryOf(req.url),
  headers: req.raw.headers,
  isHead: req.method === 'HEAD',
  cut: () => (env as NodeBindings | undefined)?.outgoing?.destroy(),
})

const createBackendApi = (
  clients: Clients,
  secretKey: string,
  changes: ChangesEndpoint,
): BackendApi => {
  const isAuthorized = createSecretKeyCheck(secretKey)
  const authorized =
    (answer: (context: Context) => Promise<Answer>) =>
    (context: Context): Answer | Promise<Answer> =>
      isAuthorized(context.req.raw.headers.get('authorization')) ? answer(context) : unauthorized()
  const guarded = (endpoint: Endpoint): Route['answer'] =>
    authorized(({ req }) => endpoint({ id: req.param('id') ?? '', query: queryOf(req.url) }))
  const streamed = authorized((context) => changes.answer(changesRequest(context)))
  // Not 404: callers that revoke or delete take it for "gone already".
  const answerToOthers = guarded(() => Promise.resolve(notImplemented()))
  const routes = Object.entries(createReadEndpoints(clients)).map(([pattern, endpoint]): Route => ({
    ...{ pattern, method: 'GET', answer: guarded(endpoint), answerToOthers },
  }))
  const handshake: Route = {
    ...{ pattern: HANDSHAKE, method: 'GET', answer: answerToOthers, answerToOthers },
  }
  const stream: Route = {
    ...{ pattern: '/v1/changes', method: 'GET', answer: streamed, answerToOthers },
  }
  return { routes: [handshake, stream, ...routes], answerToOthers }
}

/**
 * Creates a handler of `fetch` requests: Clerk's webhooks in (`POST /webhooks/clerk`), and clients and
 * sessions out in the form of Clerk's Backend API, so that Clerk's own SDKs can read from it:
 * `GET /v1/clients`, `/v1/clients/{id}`, `/v1/sessions`, `/v1/sessions/{id}`, each as of any moment with
 * `?at=`, `?as_of=` and `?known_at=`. `GET /v1/users/{user_id}/devices` answers the devices of a user; Clerk
 * has no such path, and no `GET /v1/changes`: the clients that change, as server-sent events, from now on or
 * after the position in `Last-Event-ID` or `?after=`. `GET /healthz` says whether the store answers, and, where webhooks are
 * received, whether it can be written to. A delivery waits for at most 10 s, and at most 1,000 wait.
 *
 * Without a moment the clock is now: a session that has expired reads `expired`; `?at=recorded` reads statuses
 * as recorded. Errors have Clerk's form
 * and statuses. A parameter that a path does not understand is answered 422, not ignored. Every other path
 * and method of that API is answered 501: this handler changes nothing at Clerk.
 *
 * With `inspect`, `GET /inspect` is a page for people who look into an incident; see the guide to the inspector.
 *
 * @throws WebhookSecretInvalid if a signing secret is invalid; TypeError if another option is, or if `inspect` is
 * given without a secret key.
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
  const { maxBytesInFlight = MAX_BYTES_IN_FLIGHT, onUserDeleted, holdbackMilliseconds } = options
  const { inspect = false, metrics, maxChangeStreams = MAX_CHANGE_STREAMS } = options
  const { heartbeatMilliseconds = HEARTBEAT_MS } = options
  const respond = createResponder(now, { log, telemetry: clients.telemetry })
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
  if (metrics !== undefined) routes.push(createMetricsRoute(metrics))
  if (signingSecrets !== undefined) {
    const deletion = { onUserDeleted, holdbackMilliseconds }
    const receive = createBoundedReceiver(
      createReceiver({ clients, secrets: signingSecrets, now, ...deletion }),
    )
    const endpoint = createWebhookEndpoint(receive, checkedBytes(maxBytesInFlight))
    const answer = ({ req, env }: Context): Promise<Answer> => endpoint(req.raw, env)
    routes.push({ pattern: '/webhooks/clerk', method: 'POST', answer })
  }
  const changes = createChangesEndpoint(clients, {
    ...{ maxStreams: maxChangeStreams, heartbeatMilliseconds },
    patienceMilliseconds: 4 * heartbeatMilliseconds,
  })
  const api = secretKey === undefined ? undefined : createBackendApi(clients, secretKey, changes)
  if (inspect !== false) {
    routes.push(
      ...createInspectRoutes({
        ...{ clients, secretKey, now, options: inspect === true ? {} : inspect },
        changes: (context) => changes.answer(changesRequest(context)),
      }),
    )
  }
  for (const route of [...routes, ...(api?.routes ?? [])]) addRoute(app, prefix, respond, route)
  // No routes of hono: every path of the API would have two handlers, and hono calls only one directly.
  const others = BACKEND_API_ROOTS.flatMap((root) =>
    api === undefined
      ? []
      : { root: prefix + root, answer: respond(`${root}/*`, api.answerToOthers) },
  )
  const unmatched = respond('unmatched', () => notFound(UNKNOWN_PATH))
  app.notFound((context) => {
    const { path } = context.req
    const other = others.find(({ root }) => path === root || path.startsWith(`${root}/`))
    return (other?.answer ?? unmatched)(context)
  })
  return {
    fetch: async (request, bindings) => app.fetch(request, bindings),
    close: () => {
      changes.close()
    },
  }
}
