/**
 * The port that reports what happens, for receivers of your own: `clientfold/telemetry`. Receivers that are ready are in
 * `clientfold/opentelemetry` and `clientfold/prometheus`.
 *
 * @packageDocumentation
 */
export { combineTelemetry } from './combine.js'
export type { DeliveryWord } from './delivery-word.js'
export type { FailureReason } from './failure-reason.js'
export {
  FIGURES,
  type FigureName,
  type Figures,
  type FigureSourceName,
  type FigureSources,
} from './figures.js'
export { TelemetryUnavailable } from './load-package.js'
export type { MetricsSource } from './metrics-source.js'
export type {
  RequestActivity,
  RequestEnd,
  StoreActivity,
  StoreOperation,
  StoreSystem,
  Telemetry,
} from './telemetry.js'
