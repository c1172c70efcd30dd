import { InvalidArgumentError, Option, type Command } from 'commander'
import { openClients } from '../clients/clients.js'
import type { EventStore } from '../event-store/event-store.js'
import { CommandFailure } from './command-failure.js'
import { parseDuration } from './duration-argument.js'
import { startErasureTimer } from './erasure-timer.js'
import { EXIT } from './exit-code.js'
import { startHeldBackWatch } from './held-back-watch.js'
import { helpFooter } from './help-footer.js'
import { startRequestLog } from './request-log.js'
import { createServeTelemetry, METRICS_KEY } from './serve-telemetry.js'
import { SECRET_KEY, serveSecretsOf, SIGNING_SECRET, type ServeSecrets } from './serve-secrets.js'
import { nextSignal } from './signals.js'
import { parseStoreUrl, storeOption } from './store-url.js'
import { viewsIn, viewsOption, withStoreAndViews, type ViewsArguments } from './views-option.js'

interface ServeArguments extends ViewsArguments {
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

const run = async (options: ServeArguments): Promise<number> => {
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

const parsePort = (text: string): number => {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('Expected a port from 0 (any free port) to 65535.')
}

/** Node would take an empty one for every address. */
const parseHost = (text: string): string => {
  if (text !== '') return text
  throw new InvalidArgumentError('Expected an address, such as 127.0.0.1 or 0.0.0.0.')
}

const NOTES = `Secrets are read from environment variables. Without its secret, an endpoint
does not exist:
  ${SIGNING_SECRET}  the signing secret of the webhook endpoint
                                (whsec_…); during a rotation several, separated
                                by spaces
  ${SECRET_KEY}         a secret of your choice, which readers send
                                as Authorization: Bearer SECRET
  ${METRICS_KEY}        with --metrics: a secret of your choice, which
                                the scraper sends in the same way

Each request is logged as a line of JSON on standard output, without ids,
personal data or secrets. Lines about failures say why. If the reader of the log
stands still, lines are dropped and counted. After SIGTERM or Ctrl-C the server
answers the requests that it has received, and ends within 10 seconds. A second
signal ends it at once. The server speaks HTTP without TLS: put a proxy with TLS
in front of it.`

/** `clientfold serve`. */
export const addServe = (program: Command, setExitCode: (code: number) => void): void => {
  const command = program
    .command('serve')
    .summary("receive webhooks into a store, and answer as Clerk's Backend API does")
    .description(
      "Runs an HTTP server. POST /webhooks/clerk receives Clerk's webhooks into a store. GET /v1/clients and GET /v1/sessions answer as Clerk's Backend API does, now or for any moment (?at=, ?as_of=, ?known_at=). GET /v1/users/{user_id}/devices lists the devices of a user. GET /v1/changes streams the clients that change. GET /healthz says whether the store answers, and whether it can be written to.",
    )
    .addOption(storeOption())
    .addOption(viewsOption())
    .option('--create', 'create the store if it does not exist')
    .addOption(
      new Option('--port <N>', 'the port to listen on; 0 means any free port')
        .env('CLIENTFOLD_PORT')
        .argParser(parsePort)
        .default(8080),
    )
    .addOption(
      new Option('--host <HOST>', 'the address to listen on; 0.0.0.0 means every one')
        .env('CLIENTFOLD_HOST')
        .argParser(parseHost)
        .default('127.0.0.1'),
    )
    .addOption(
      new Option(
        '--on-user-deleted <WHAT>',
        'what a user.deleted of Clerk does: erase that user, permanently, or nothing',
      )
        .choices(['erase', 'ignore'])
        .default('ignore'),
    )
    .option(
      '--after <DURATION>',
      'with --on-user-deleted erase: how long after the webhook the user is erased (7d, 12h, 30m, 90s); until then clientfold erase --call-off can stop it; at once unless given',
      parseDuration,
    )
    .option(
      '--inspect',
      `serve the inspector at /inspect: a page with timelines, changes and the quarantine, for people who sign in with ${SECRET_KEY}`,
    )
    .option('--inspect-retry', 'with --inspect: they may also retry deliveries in quarantine')
    .option(
      '--metrics',
      `serve metrics for Prometheus at /metrics, to those who send ${METRICS_KEY}; needs prom-client`,
    )
    .option(
      '--opentelemetry',
      'report spans and metrics to the OpenTelemetry SDK that this process has loaded (NODE_OPTIONS=--import); needs @opentelemetry/api',
    )
    .addHelpText(
      'after',
      helpFooter({
        notes: NOTES,
        example: 'CLERK_WEBHOOK_SIGNING_SECRET=whsec_… clientfold serve --create',
        exitCodes: {
          0: 'ended by a signal, after all answers were sent',
          2: 'wrong usage, or the store or the port could not be used or closed',
          143: 'ended by a second signal (130 if that was Ctrl-C)',
        },
      }),
    )
  command.action(async (options: ServeArguments) => {
    if (options.after !== undefined && options.onUserDeleted === 'ignore') {
      command.error('error: --after says when users are erased: give --on-user-deleted erase too')
    }
    if (options.inspectRetry === true && options.inspect !== true) {
      command.error('error: --inspect-retry is a right of the inspector: give --inspect too')
    }
    setExitCode(await run(options))
  })
}
