/**
 * Webhooks in, Clients out: the HTTP endpoints as a web-standard `fetch` handler, `clientfold/http`.
 *
 * @packageDocumentation
 */
export { createHandler, type Handler, type HandlerOptions } from './handler.js'
export type { FailureEntry } from './failure.js'
export type { InspectOptions } from './inspect/inspect-routes.js'
export type { MetricsOptions } from './metrics-route.js'
export type { HeldBackBy } from './held-back.js'
export type { RequestLog, RequestLogEntry } from './request-log.js'
