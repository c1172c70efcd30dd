import type { Telemetry } from './telemetry.js'

/**
 * Reports what happens to two receivers.
 *
 * @example
 * import { createOpenTelemetry } from 'clientfold/opentelemetry'
 * import { createPrometheusTelemetry } from 'clientfold/prometheus'
 * import { combineTelemetry } from 'clientfold/telemetry'
 * const prometheus = await createPrometheusTelemetry()
 * const telemetry = combineTelemetry(await createOpenTelemetry(), prometheus)
 * await telemetry.storeOperation({ operation: 'read', system: 'sqlite' }, () => Promise.resolve(7)) // => 7
 */
export const combineTelemetry = (outer: Telemetry, inner: Telemetry): Telemetry => ({
  storeOperation: (about, work) =>
    outer.storeOperation(about, () => inner.storeOperation(about, work)),
  delivery: (work, wordOf) => outer.delivery(() => inner.delivery(work, wordOf), wordOf),
  request: (about, work, endOf) =>
    outer.request(about, () => inner.request(about, work, endOf), endOf),
  openFigures: (sources) => {
    const closeOuter = outer.openFigures(sources)
    const closeInner = inner.openFigures(sources)
    return () => {
      closeOuter()
      closeInner()
    }
  },
})
