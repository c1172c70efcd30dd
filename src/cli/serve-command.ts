import { InvalidArgumentError, Option, type Command } from 'commander'
import { parseDuration } from './duration-argument.js'
import { helpFooter } from './help-footer.js'
import { METRICS_KEY, SECRET_KEY, SIGNING_SECRET } from './serve-secrets.js'
import { storeOption } from './store-url.js'
import { viewsOption } from './views-option.js'
import type { ServeArguments } from './serve-run.js'

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
    const { run } = await import('./serve-run.js')
    setExitCode(await run(options))
  })
}
