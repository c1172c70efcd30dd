/**
 * What happens, as metrics for Prometheus: `clientfold/prometheus`.
 *
 * @packageDocumentation
 */
import type { Registry } from 'prom-client'
import { createFigureReader } from '../figure-reader.js'
import { failureReasonOf } from '../failure-reason.js'
import { loadPackage } from '../load-package.js'
import type { MetricsSource } from '../metrics-source.js'
import type { Telemetry } from '../telemetry.js'
import { deliveryWordIn, requestEndIn, timed } from '../timed.js'
import { addGauges, createMetrics } from './metrics.js'

/** Where metrics are kept. */
export interface PrometheusOptions {
  /** A `Registry` of prom-client, if your service serves metrics of its own; a new one unless given. */
  readonly registry?: MetricsSource
}

/** Telemetry that Prometheus can scrape. The figures on demand are read for at most two seconds each time. */
export type PrometheusTelemetry = Telemetry & MetricsSource

/**
 * Creates metrics for Prometheus, with prom-client. Give the result to `openClients`, and serve it: with
 * `createHandler({ metrics })`, or on a path of your own. The guide to operating lists the metrics.
 *
 * @throws TelemetryUnavailable (as a rejection) if prom-client is not installed.
 * @example
 * import { openClients, openMemoryStore } from 'clientfold'
 * import { createPrometheusTelemetry } from 'clientfold/prometheus'
 * const telemetry = await createPrometheusTelemetry()
 * const clients = openClients({ store: openMemoryStore(), telemetry })
 * const text = await telemetry.metrics()
 * text.includes('clientfold_quarantine_deliveries 0') // => true
 * await clients.close()
 */
export const createPrometheusTelemetry = async ({
  registry: given,
}: PrometheusOptions = {}): Promise<PrometheusTelemetry> => {
  const client = await loadPackage('prom-client', import('prom-client'))
  const registry = (given as Registry | undefined) ?? new client.Registry()
  const metrics = createMetrics(client, registry)
  const reader = createFigureReader((source) => {
    metrics.figureFailures.inc({ source })
  })
  addGauges(client, registry, reader)
  return {
    storeOperation: ({ operation }, work) =>
      timed(work, (ending, seconds) => {
        metrics.operationSeconds.observe({ operation }, seconds)
        if (!('error' in ending)) return
        metrics.operationFailures.inc({ operation, reason: failureReasonOf(ending.error) })
      }),
    delivery: (work, wordOf) =>
      timed(work, (ending, seconds) => {
        metrics.deliverySeconds.observe(seconds)
        metrics.deliveries.inc({ outcome: deliveryWordIn(ending, wordOf) })
      }),
    request: ({ method, route }, work, endOf) =>
      timed(work, (ending, seconds) => {
        const { status, failure } = requestEndIn(ending, endOf)
        metrics.requestSeconds.observe({ route }, seconds)
        metrics.requests.inc({ route, method, status: String(status) })
        if (failure !== undefined) metrics.requestFailures.inc({ reason: failure })
      }),
    openFigures: reader.open,
    metrics: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
