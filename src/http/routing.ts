import type { Context, Hono } from 'hono'
import { failureReasonOf } from '../telemetry/failure-reason.js'
import type { RequestEnd, Telemetry } from '../telemetry/telemetry.js'
import { methodNotAllowed, type Answer } from './api-error.js'
import { answerToFailure, failureEntryOf } from './failure.js'
import { methodName, type RequestLog } from './request-log.js'

const NO_STORE = { 'cache-control': 'no-store' }

const responseOf = ({ status, body, headers }: Answer): Response =>
  new Response(body, {
    status,
    headers: {
      ...NO_STORE,
      // Exactly this text: Clerk's SDK parses no other content type as JSON.
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  })

/** Answers a request on a route. */
export type Respond = (context: Context) => Promise<Response>

/** The end of a request, in words of this package: nothing that the request holds. */
const endOf = ({ status, outcome, error }: Answer): RequestEnd =>
  status < 500
    ? { status }
    : { status, failure: error === undefined ? outcome : failureReasonOf(error) }

/** What receives a report of each request. */
export interface Listeners {
  readonly log: RequestLog | undefined
  readonly telemetry: Telemetry | undefined
}

/** Creates what answers on a route, whatever happens, writes an entry to the log, and reports to the telemetry. */
export const createResponder =
  (now: () => number, { log, telemetry }: Listeners) =>
  (route: string, answerOf: (context: Context) => Answer | Promise<Answer>): Respond =>
  async (context) => {
    const time = new Date(now()).toISOString()
    const started = performance.now()
    const method = methodName(context.req.method)
    const answerAnyway = async (): Promise<Answer> => {
      try {
        return await answerOf(context)
      } catch (error) {
        return answerToFailure(error)
      }
    }
    const scheme = context.req.url.startsWith('https:') ? 'https' : 'http'
    const answer = await (telemetry === undefined
      ? answerAnyway()
      : telemetry.request({ method, route, scheme }, answerAnyway, endOf))
    const { status, outcome, error, heldBackBy } = answer
    const milliseconds = Math.round((performance.now() - started) * 100) / 100
    try {
      log?.({
        ...{ time, method, route, status, outcome, milliseconds },
        ...(heldBackBy !== undefined && { held_back_by: heldBackBy }),
        ...failureEntryOf(error),
      })
    } catch {
      // A failure of the log must not fail the request, and there is no other place to report it.
    }
    return responseOf(answer)
  }

/** A path and the method that it answers. */
export interface Route {
  readonly pattern: string
  readonly method: 'GET' | 'POST'
  readonly answer: (context: Context) => Answer | Promise<Answer>
  /** Answers other methods; 405 unless given. */
  readonly answerToOthers?: (context: Context) => Answer | Promise<Answer>
}

/**
 * Adds a route, with answers for `OPTIONS` and for methods that it does not allow. It is one handler for
 * all methods: hono calls a path's only handler directly, and several through a chain of promises.
 */
export const addRoute = (
  app: Hono,
  prefix: string,
  respond: ReturnType<typeof createResponder>,
  route: Route,
): void => {
  const { pattern, method, answer } = route
  const path = prefix + pattern.replace('{id}', ':id')
  const allowed = method === 'GET' ? 'GET, HEAD, OPTIONS' : 'POST, OPTIONS'
  const { answerToOthers = () => methodNotAllowed(allowed) } = route
  const options: Answer = { status: 204, body: null, headers: { allow: allowed }, outcome: 'ok' }
  app.all(
    path,
    respond(pattern, (context) => {
      const asked = context.req.method
      if (asked === method || (method === 'GET' && asked === 'HEAD')) return answer(context)
      return asked === 'OPTIONS' ? options : answerToOthers(context)
    }),
  )
}
