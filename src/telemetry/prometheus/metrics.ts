import type * as Prometheus from 'prom-client'
import type { FigureReader } from '../figure-reader.js'
import { FIGURES, type FigureName, type Figures } from '../figures.js'

/** Seconds. A commit takes milliseconds on a disk, and a delivery is answered within 10 s. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What is counted while it happens. */
export const createMetrics = (
  { Counter, Histogram }: typeof Prometheus,
  registry: Prometheus.Registry,
) => {
  const registers = [registry]
  return {
    deliveries: new Counter({
      name: 'clientfold_deliveries_total',
      help: 'Deliveries of webhooks, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    deliverySeconds: new Histogram({
      name: 'clientfold_delivery_duration_seconds',
      help: 'How long deliveries took, from the headers to the durable outcome.',
      buckets: BUCKETS,
      registers,
    }),
    operationSeconds: new Histogram({
      name: 'clientfold_store_operation_duration_seconds',
      help: 'How long operations of the store took, failed ones too.',
      labelNames: ['operation'],
      buckets: BUCKETS,
      registers,
    }),
    operationFailures: new Counter({
      name: 'clientfold_store_operation_failures_total',
      help: 'Operations of the store that failed, by reason.',
      labelNames: ['operation', 'reason'],
      registers,
    }),
    requests: new Counter({
      name: 'clientfold_http_requests_total',
      help: 'Requests, by route, method and status.',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'clientfold_http_request_duration_seconds',
      help: 'How long answers took; of a stream, until it began.',
      labelNames: ['route'],
      buckets: BUCKETS,
      registers,
    }),
    requestFailures: new Counter({
      name: 'clientfold_http_failures_total',
      help: 'Requests that were answered with 500 or more, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    figureFailures: new Counter({
      name: 'clientfold_figure_failures_total',
      help: 'How often figures could not be read in time, by their source.',
      labelNames: ['source'],
      registers,
    }),
  }
}

/** `quarantine.oldest.age`, in seconds, as `clientfold_quarantine_oldest_age_seconds`. */
const nameOf = (figure: FigureName): string => {
  const name = `clientfold_${figure.replaceAll('.', '_')}`
  return FIGURES[figure].unit === 's' ? `${name}_seconds` : name
}

/** Adds a gauge for each figure, which is read when the registry is. */
export const addGauges = (
  { Gauge }: typeof Prometheus,
  registry: Prometheus.Registry,
  { read }: FigureReader,
): void => {
  for (const figure of Object.keys(FIGURES) as FigureName[]) {
    new Gauge({
      name: nameOf(figure),
      help: FIGURES[figure].description,
      registers: [registry],
      async collect() {
        const figures: Figures = await read()
        const value = figures[figure]
        // Absent rather than 0 or a value of before.
        if (value === undefined) this.remove()
        else this.set(value)
      },
    })
  }
}
