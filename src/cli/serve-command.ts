import { InvalidArgumentError, type Command } from 'commander'
import { openClients } from '../clients/clients.js'
import type { HandlerOptions } from '../http/handler.js'
import type { RequestLogEntry } from '../http/request-log.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { nextSignal } from './signals.js'
import { storeOption, type StoreArguments } from './store-url.js'

interface ServeArguments extends StoreArguments {
  readonly port: number
  readonly host: string
}

/** What only the environment holds: arguments stand in every list of processes. */
type Secrets = Pick<HandlerOptions, 'signingSecrets' | 'secretKey'>

const SIGNING_SECRET = 'CLERK_WEBHOOK_SIGNING_SECRET'
const SECRET_KEY = 'CLIENTFOLD_SECRET_KEY'

/** Neither secret is set: then there is nothing that may be served. */
class NoSecrets extends Error {
  override readonly name = 'NoSecrets'

  constructor() {
    super(`set ${SIGNING_SECRET} to receive webhooks, ${SECRET_KEY} to be read from, or both`)
  }
}

const secretsOf = (environment: NodeJS.ProcessEnv): Secrets => {
  const signingSecrets = (environment[SIGNING_SECRET] ?? '').split(/\s+/).filter(Boolean)
  const secretKey = environment[SECRET_KEY] ?? ''
  if (signingSecrets.length === 0 && secretKey === '') throw new NoSecrets()
  return {
    signingSecrets: signingSecrets.length === 0 ? undefined : signingSecrets,
    secretKey: secretKey === '' ? undefined : secretKey,
  }
}

/** hono is an optional dependency: all other commands do without it. */
class ServerMissing extends Error {
  override readonly name = 'ServerMissing'

  constructor(cause: unknown) {
    super('clientfold serve needs hono and @hono/node-server: npm install hono @hono/node-server', {
      cause,
    })
  }
}

const loadServer = async () => {
  try {
    const { createHandler } = await import('../http/handler.js')
    const { startServer } = await import('../http/server.js')
    return { createHandler, startServer }
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND'
    throw isMissing ? new ServerMissing(error) : error
  }
}

const writeLine = (entry: RequestLogEntry): void => {
  process.stdout.write(`${JSON.stringify(entry)}\n`)
}

const served = ({ signingSecrets, secretKey }: Secrets): string =>
  [
    ...(signingSecrets === undefined ? [] : ['POST /webhooks/clerk']),
    ...(secretKey === undefined ? [] : ['GET /v1/clients, GET /v1/sessions']),
    'GET /healthz',
  ].join(', ')

const run = async ({ store: url, port, host }: ServeArguments): Promise<number> => {
  const secrets = secretsOf(process.env)
  const { createHandler, startServer } = await loadServer()
  return withStore(url, { mustExist: false }, async (store) => {
    const clients = openClients({ store })
    const handler = createHandler({ clients, ...secrets, log: writeLine })
    const signal = nextSignal()
    const server = await startServer(handler, { port, host })
    process.stderr.write(`listening on ${server.url}: ${served(secrets)}\n`)
    await signal
    await server.stop()
    return EXIT.ok
  })
}

const parsePort = (text: string): number => {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('Expected a port from 0 (any that is free) to 65535.')
}

const HELP = `
The environment holds the secrets; what has none is not served:
  ${SIGNING_SECRET}  of the webhook endpoint, whsec_…; during a rotation
                                several, separated by spaces
  ${SECRET_KEY}         what readers show as Authorization: Bearer …

Each request is a line of JSON on standard output, without ids, personal data or secrets. SIGTERM and
Ctrl-C end it once what was asked is answered. It speaks plain HTTP: put what speaks TLS in front.

Exit codes: 0 ended by a signal, 2 wrong usage or a failure of the store or of the port.`

/** `clientfold serve`. */
export const addServe = (program: Command, end: (code: number) => void): void => {
  program
    .command('serve')
    .summary('receive webhooks into a store, and answer as the Backend API does')
    .description(
      "Receives Clerk's webhooks (POST /webhooks/clerk) into a store, and answers GET /v1/clients and GET /v1/sessions as Clerk's Backend API does, from any moment (?at=, ?as_of=, ?known_at=). GET /healthz says whether the store answers.",
    )
    .addOption(storeOption())
    .option('--port <N>', 'the port to listen on', parsePort, 8080)
    .option('--host <HOST>', 'the address to listen on', '127.0.0.1')
    .addHelpText('after', HELP)
    .action(async (options: ServeArguments) => {
      end(await run(options))
    })
}
