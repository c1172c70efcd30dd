/**
 * What happens, as spans and metrics of OpenTelemetry: `clientfold/opentelemetry`.
 *
 * @packageDocumentation
 */
import type { Attributes, Span, SpanKind } from '@opentelemetry/api'
import { isFailedDelivery } from '../delivery-word.js'
import { createFigureReader } from '../figure-reader.js'
import { failureReasonOf } from '../failure-reason.js'
import { loadPackage } from '../load-package.js'
import type { Telemetry } from '../telemetry.js'
import { deliveryWordIn, requestEndIn, timed, type Ending } from '../timed.js'
import { addGauges, createInstruments } from './instruments.js'

const NAME = 'clientfold'

/** What the conventions of messages say about every delivery. */
const DELIVERY = {
  'messaging.system': 'clerk',
  'messaging.destination.name': 'webhooks',
  'messaging.operation.name': 'deliver',
  'messaging.operation.type': 'process',
}

const errorType = (failure: string | undefined): Attributes =>
  failure === undefined ? {} : { 'error.type': failure }

/** The attributes of the conventions for HTTP. A path that no route has is left out. */
const requestAttributes = (method: string, route: string, scheme: string): Attributes => ({
  'http.request.method': method === 'OTHER' ? '_OTHER' : method,
  'url.scheme': scheme,
  ...(route !== 'unmatched' && { 'http.route': route }),
})

/**
 * Reports spans and metrics to the OpenTelemetry SDK that your process has set up: spans of `deliver`, `append`, `read`,
 * `list`, `project` and `erase`, within the span that is active; durations by the semantic conventions; the figures of
 * the guide to operating. Without an SDK it reports nothing. No attribute is an id or the message of an error,
 * because it can name a client.
 *
 * @throws TelemetryUnavailable (as a rejection) if `@opentelemetry/api` is not installed.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { createOpenTelemetry } from 'clientfold/opentelemetry'
 * const telemetry = await createOpenTelemetry()
 * const clients = openClients({ store: openMemoryStore(), telemetry })
 * await clients.get('client_1') // => null
 * await clients.close()
 */
export const createOpenTelemetry = async (): Promise<Telemetry> => {
  const api = await loadPackage('@opentelemetry/api', import('@opentelemetry/api'))
  const tracer = api.trace.getTracer(NAME)
  const meter = api.metrics.getMeter(NAME)
  const instruments = createInstruments(meter)
  const reader = createFigureReader((source) => {
    instruments.figureFailures.add(1, { source })
  })
  addGauges(meter, reader)

  /** Does work in a span. `report` gives the attributes that are known at the end, and why it failed if it did. */
  const inSpan = <A>(
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    work: () => Promise<A>,
    report: (ending: Ending<A>, seconds: number) => Attributes,
  ): Promise<A> =>
    tracer.startActiveSpan(name, { kind, attributes }, (span: Span) =>
      timed(work, (ending, seconds) => {
        const known = report(ending, seconds)
        span.setAttributes(known)
        if ('error.type' in known) span.setStatus({ code: api.SpanStatusCode.ERROR })
        span.end()
      }),
    )

  return {
    storeOperation: ({ operation, system }, work) => {
      const about = { 'db.system.name': system, 'db.operation.name': operation }
      return inSpan(operation, api.SpanKind.CLIENT, about, work, (ending, seconds) => {
        const failure = 'error' in ending ? failureReasonOf(ending.error) : undefined
        instruments.operation.record(seconds, { ...about, ...errorType(failure) })
        return errorType(failure)
      })
    },
    delivery: (work, wordOf) =>
      inSpan('deliver', api.SpanKind.CONSUMER, DELIVERY, work, (ending, seconds) => {
        const word = deliveryWordIn(ending, wordOf)
        const failure = isFailedDelivery(word) ? word : undefined
        const known = { 'clientfold.delivery.outcome': word, ...errorType(failure) }
        instruments.delivery.record(seconds, { ...DELIVERY, ...known })
        return known
      }),
    // No span: what instruments the server of HTTP makes it, with the parent that the request names.
    request: ({ method, route, scheme }, work, endOf) =>
      timed(work, (ending, seconds) => {
        const { status, failure } = requestEndIn(ending, endOf)
        instruments.request.record(seconds, {
          ...requestAttributes(method, route, scheme),
          'http.response.status_code': status,
          ...errorType(failure),
        })
      }),
    openFigures: reader.open,
  }
}
