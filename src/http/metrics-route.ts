import type { MetricsSource } from '../telemetry/metrics-source.js'
import { unauthorized } from './api-error.js'
import type { Route } from './routing.js'
import { createSecretKeyCheck } from './secret-key.js'

/** How metrics are served. */
export interface MetricsOptions {
  /** Where the metrics come from: telemetry of `createPrometheusTelemetry`, or a registry of prom-client. */
  readonly source: MetricsSource
  /**
   * What the scraper sends as `Authorization: Bearer …`. It opens nothing else, so give it another key than readers
   * have.
   */
  readonly secretKey: string
}

/**
 * The route that Prometheus scrapes.
 *
 * @throws TypeError if the key is invalid.
 */
export const createMetricsRoute = ({ source, secretKey }: MetricsOptions): Route => {
  const isAuthorized = createSecretKeyCheck(secretKey)
  return {
    ...{ pattern: '/metrics', method: 'GET' },
    answer: async ({ req }) =>
      isAuthorized(req.raw.headers.get('authorization'))
        ? {
            ...{ status: 200, outcome: 'ok', body: await source.metrics() },
            headers: { 'content-type': source.contentType },
          }
        : unauthorized(),
  }
}
