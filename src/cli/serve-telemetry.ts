import { createSecretKeyCheck } from '../http/secret-key.js'
import type { MetricsOptions } from '../http/metrics-route.js'
import { combineTelemetry } from '../telemetry/combine.js'
import { TelemetryUnavailable } from '../telemetry/load-package.js'
import type { Telemetry } from '../telemetry/telemetry.js'
import { refuseQuotes } from './clerk-access.js'
import { CommandFailure } from './command-failure.js'
import { METRICS_KEY } from './serve-secrets.js'

/** What `serve` reports to. */
export interface ServeTelemetry {
  readonly telemetry: Telemetry | undefined
  readonly metrics: MetricsOptions | undefined
}

const metricsKeyOf = (environment: NodeJS.ProcessEnv): string => {
  const key = environment[METRICS_KEY] ?? ''
  refuseQuotes(METRICS_KEY, key)
  if (key === '') {
    throw new CommandFailure(
      `--metrics needs a secret that the scraper sends as Authorization: Bearer; set ${METRICS_KEY}`,
    )
  }
  try {
    createSecretKeyCheck(key)
  } catch (cause) {
    const problem = 'is invalid; use printable ASCII characters without spaces'
    throw new CommandFailure(`the secret in ${METRICS_KEY} ${problem}`, { cause })
  }
  return key
}

/** An optional package that is missing is one sentence, with the command that installs it. */
const orFailure = (error: unknown): never => {
  if (!(error instanceof TelemetryUnavailable)) throw error
  throw new CommandFailure(error.message, { cause: error })
}

/**
 * Creates what `serve` reports to.
 *
 * @throws CommandFailure (as a rejection) if the secret or a package is missing.
 */
export const createServeTelemetry = async (
  options: { readonly metrics?: boolean; readonly opentelemetry?: boolean },
  environment: NodeJS.ProcessEnv,
): Promise<ServeTelemetry> => {
  let telemetry: Telemetry | undefined
  let metrics: MetricsOptions | undefined
  if (options.metrics === true) {
    const secretKey = metricsKeyOf(environment)
    const { createPrometheusTelemetry } = await import('../telemetry/prometheus/index.js')
    const source = await createPrometheusTelemetry().catch(orFailure)
    telemetry = source
    metrics = { source, secretKey }
  }
  if (options.opentelemetry === true) {
    const { createOpenTelemetry } = await import('../telemetry/opentelemetry/index.js')
    const traced = await createOpenTelemetry().catch(orFailure)
    telemetry = telemetry === undefined ? traced : combineTelemetry(traced, telemetry)
  }
  return { telemetry, metrics }
}
