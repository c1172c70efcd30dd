import type { Histogram, Meter } from '@opentelemetry/api'
import { FIGURES, type FigureName } from '../figures.js'
import type { FigureReader } from '../figure-reader.js'

/** The buckets that the conventions of databases advise, in seconds. */
const DATABASE_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]

/** The buckets that the conventions of HTTP and of messages advise, in seconds. */
const SERVER_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

const secondsOf = (
  meter: Meter,
  name: string,
  description: string,
  explicitBucketBoundaries: number[],
): Histogram => {
  const advice = { explicitBucketBoundaries }
  return meter.createHistogram(name, { description, unit: 's', advice })
}

/** Histograms by the semantic conventions (https://opentelemetry.io/docs/specs/semconv). */
export const createInstruments = (meter: Meter) => ({
  operation: secondsOf(
    meter,
    'db.client.operation.duration',
    'Duration of operations of the store.',
    DATABASE_BUCKETS,
  ),
  delivery: secondsOf(
    meter,
    'messaging.process.duration',
    'Duration of processing deliveries of webhooks.',
    SERVER_BUCKETS,
  ),
  request: secondsOf(
    meter,
    'http.server.request.duration',
    'Duration of HTTP server requests.',
    SERVER_BUCKETS,
  ),
  figureFailures: meter.createCounter('clientfold.figure.failures', {
    description: 'How often figures could not be read in time, by their source.',
    unit: '{failure}',
  }),
})

/** Adds a gauge for each figure, which is read when the metrics are collected. */
export const addGauges = (meter: Meter, { read }: FigureReader): void => {
  const gauges = (Object.keys(FIGURES) as FigureName[]).map((figure) => ({
    figure,
    gauge: meter.createObservableGauge(`clientfold.${figure}`, FIGURES[figure]),
  }))
  meter.addBatchObservableCallback(
    async (result) => {
      const figures = await read()
      for (const { figure, gauge } of gauges) {
        const value = figures[figure]
        if (value !== undefined) result.observe(gauge, value)
      }
    },
    gauges.map(({ gauge }) => gauge),
  )
}
