import { openClients } from '../clients/clients.js'
import type { EventStore } from '../event-store/event-store.js'
import { CommandFailure } from './command-failure.js'
import { startErasureTimer } from './erasure-timer.js'
import { EXIT } from './exit-code.js'
import { startHeldBackWatch } from './held-back-watch.js'
import { startRequestLog } from './request-log.js'
import { SECRET_KEY, serveSecretsOf, type ServeSecrets } from './serve-secrets.js'
import { createServeTelemetry } from './serve-telemetry.js'
import { nextSignal } from './signals.js'
import { parseStoreUrl } from './store-url.js'
import type { ViewsArguments } from './views-option.js'
import { viewsIn, withStoreAndViews } from './views-store.js'

/** The arguments of `clientfold serve`. */
export interface ServeArguments extends ViewsArguments {
  readonly create?: boolean
  readonly port: number
  readonly host: string
  readonly onUserDeleted: 'erase' | 'ignore'
  /** Milliseconds. */
  readonly after?: number
  readonly inspect?: boolean
  readonly inspectRetry?: boolean
  readonly metrics?: boolean
  readonly opentelemetry?: boolean
}

/** hono is an optional dependency, which only this command needs. */
const loadServer = async () => {
  try {
    const { createHandler } = await import('../http/handler.js')
    const { startServer } = await import('../http/server.js')
    return { createHandler, startServer }
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    if (!isMissing) throw error
    throw new CommandFailure(
      'clientfold serve needs two packages that are not installed; run: npm install hono @hono/node-server',
      { cause: error },
    )
  }
}

/** How long the process lives after a signal. Docker kills it after 10 s. */
const END_PATIENCE_MS = 9500

/** How long it waits at its end for a reader of the log that stands still. */
const LOG_PATIENCE_MS = 500

const exitNow = (): never => {
  process.stderr.write('clientfold: the store did not close in time; no recorded event is lost\n')
  process.exit(EXIT.failed)
}

const endpointsOf = (
  { signingSecrets, secretKey }: ServeSecrets,
  { inspect = false, metrics = false }: ServeArguments,
): string =>
  [
    ...(signingSecrets === undefined ? [] : ['POST /webhooks/clerk']),
    ...(secretKey === undefined ? [] : ['GET /v1/clients, GET /v1/sessions, GET /v1/changes']),
    ...(inspect ? ['GET /inspect'] : []),
    ...(metrics ? ['GET /metrics'] : []),
    'GET /healthz',
  ].join(', ')

/** Runs `clientfold serve`, and answers its exit code. */
export const run = async (options: ServeArguments): Promise<number> => {
  const { store: url, create = false, port, host, onUserDeleted, after = 0 } = options
  const erases = onUserDeleted === 'erase'
  const secrets = serveSecretsOf(process.env)
  const { inspect: inspects = false, inspectRetry: retry = false } = options
  if (inspects && secrets.secretKey === undefined) {
    throw new CommandFailure(
      `--inspect needs a secret with which people sign in; set ${SECRET_KEY}`,
    )
  }
  const { telemetry, metrics } = await createServeTelemetry(options, process.env)
  const { createHandler, startServer } = await loadServer()
  const log = startRequestLog(process.stdout, parseStoreUrl(url).engine)
  let exitTimer: NodeJS.Timeout | undefined
  const serveStore = async (store: EventStore, viewsStore?: EventStore): Promise<number> => {
    const clients = openClients({ store, telemetry, ...viewsIn(viewsStore) })
    // So that the first list is quick. If it fails, the first list finds the same failure and reports it.
    clients.views.catchUp().catch(() => undefined)
    const handler = createHandler({
      ...{ clients, ...secrets, metrics, log: log.write },
      ...{ onUserDeleted, holdbackMilliseconds: after, inspect: inspects && { retry } },
    })
    const stopHeldBackWatch = startHeldBackWatch(store, log.writeHeldBack)
    const signal = nextSignal()
    const server = await startServer(handler, { port, host })
    process.stderr.write(`listening on ${server.url}: ${endpointsOf(secrets, options)}\n`)
    const stopErasures = erases ? startErasureTimer(clients, after, log.writeErasures) : undefined
    await signal
    stopHeldBackWatch()
    stopErasures?.()
    exitTimer = setTimeout(exitNow, END_PATIENCE_MS)
    await server.stop()
    return EXIT.ok
  }
  // A server that only answers readers needs no right to write.
  const readOnly =
    !create &&
    !erases &&
    !retry &&
    secrets.signingSecrets === undefined &&
    secrets.secretKey !== undefined
  const needs = { mustExist: !create, readOnly }
  const exitCode = await withStoreAndViews(options, needs, serveStore).finally(() => {
    clearTimeout(exitTimer)
  })
  // Lines that no reader takes would keep the process alive.
  if (!(await log.end(LOG_PATIENCE_MS))) process.exit(exitCode)
  return exitCode
}
