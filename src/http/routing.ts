import type { Context, Hono } from 'hono'
import { StoreUnavailable } from '../event-store/store-error.js'
import { internalError, methodNotAllowed, unavailable, type Answer } from './api-error.js'
import { methodName, type RequestLog } from './request-log.js'

const answerToFailure = (error: unknown): Answer =>
  error instanceof StoreUnavailable ? unavailable() : internalError()

const NO_STORE = { 'cache-control': 'no-store' }

const responseOf = ({ status, body, headers }: Answer): Response =>
  new Response(body, {
    status,
    headers: {
      ...NO_STORE,
      // To the letter: Clerk's SDK takes nothing else for JSON.
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  })

/** Answers on a route. */
export type Respond = (context: Context) => Promise<Response>

/** Answers on a route, whatever happens, and tells the log. */
export const responding =
  (now: () => number, log: RequestLog | undefined) =>
  (route: string, answer: (context: Context) => Answer | Promise<Answer>): Respond =>
  async (context) => {
    const time = new Date(now()).toISOString()
    const started = performance.now()
    let answered: Answer
    try {
      answered = await answer(context)
    } catch (error) {
      answered = answerToFailure(error)
    }
    const { status, outcome } = answered
    const milliseconds = Math.round((performance.now() - started) * 100) / 100
    const method = methodName(context.req.method)
    try {
      log?.({ time, method, route, status, outcome, milliseconds })
    } catch {
      // Whoever asked has no part in it, and there is nobody else to tell.
    }
    return responseOf(answered)
  }

/** A path with the methods that it takes: all others are told which these are. */
export interface Route {
  readonly pattern: string
  readonly method: 'GET' | 'POST'
  readonly answer: (context: Context) => Answer | Promise<Answer>
}

/** Adds a route. */
export const addRoute = (
  app: Hono,
  prefix: string,
  respond: ReturnType<typeof responding>,
  route: Route,
): void => {
  const { pattern, method, answer } = route
  const path = prefix + pattern.replace('{id}', ':id')
  const allowed = method === 'GET' ? 'GET, HEAD, OPTIONS' : 'POST, OPTIONS'
  app.on(method, path, respond(pattern, answer))
  app.options(
    path,
    respond(pattern, () => ({
      status: 204,
      body: null,
      headers: { allow: allowed },
      outcome: 'ok',
    })),
  )
  app.all(
    path,
    respond(pattern, () => methodNotAllowed(allowed)),
  )
}
