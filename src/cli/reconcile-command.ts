import { Option, type Command } from 'commander'
import { openClients } from '../clients/clients.js'
import { createClerkApi } from '../clerk/clerk-api.js'
import { reconcile, type ReconcileOutcome } from '../clerk/reconcile.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import {
  agrees,
  count,
  driftLine,
  driftTable,
  noTotals,
  totalsSentence,
} from './reconcile-lines.js'
import { storeOption, type StoreArguments } from './store-url.js'

interface ReconcileArguments extends StoreArguments {
  readonly apiUrl?: string
  readonly dryRun?: true
  readonly format: 'ndjson' | 'table'
}

const SECRET_KEY = 'CLERK_SECRET_KEY'

/** What is missing, or is none, before anything is asked. */
class CannotAsk extends Error {
  override readonly name = 'CannotAsk'
}

const secretKeyOf = (environment: NodeJS.ProcessEnv): string => {
  const key = environment[SECRET_KEY] ?? ''
  // fetch would quote a key that cannot stand in a header.
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw new CannotAsk(`set ${SECRET_KEY} to the secret key of the instance, sk_…`)
}

const checkedUrl = (url: string | undefined): string | undefined => {
  if (url === undefined || (/^https?:\/\//.test(url) && URL.canParse(url))) return url
  throw new CannotAsk('--api-url takes a URL that begins with https:// or http://')
}

const run = async (options: ReconcileArguments): Promise<number> => {
  const { store: url, apiUrl, dryRun: isDryRun = false, format } = options
  const api = createClerkApi({
    secretKey: secretKeyOf(process.env),
    apiUrl: checkedUrl(apiUrl),
  })
  const totals = noTotals()
  const output = standardOutput()
  await withStore(url, { mustExist: true }, async (store) => {
    const tabled: ReconcileOutcome[] = []
    for await (const each of reconcile({ clients: openClients({ store }), api, isDryRun })) {
      count(totals, each)
      if (agrees(each)) continue
      if (format === 'table') tabled.push(each)
      else await output.write(driftLine(each))
    }
    if (tabled.length > 0) await output.write(driftTable(tabled))
  })
  await output.write(
    format === 'table' ? totalsSentence(totals) : `${JSON.stringify({ total: totals })}\n`,
  )
  await output.done()
  return totals.unclear === 0 ? EXIT.ok : EXIT.refused
}

const HELP = `
${SECRET_KEY} in the environment is the secret key of the instance. Each client is asked for once; 429
and passing failures are tried again, after Retry-After where Clerk says so.

What drifts is a line of JSON per client, and the totals the last line. "log" is what the store has,
"clerk" what Clerk has (null: unknown there); of other keys the names stand there, and no values.

Exit codes: 0 every client was compared, 1 some could not be, 2 wrong usage, a refused key, or a
failure of the store.`

/** `clientfold reconcile`. */
export const addReconcile = (program: Command, end: (code: number) => void): void => {
  program
    .command('reconcile')
    .summary('compare a store with what Clerk has, and record what it lacks')
    .description(
      "Asks Clerk's Backend API for each client of a store, tells what the store has wrong or has missed, and records the answers that say something new as client.observed.",
    )
    .addOption(storeOption())
    .option('--api-url <URL>', 'where the Backend API is, if it is not https://api.clerk.com')
    .option('--dry-run', 'record nothing')
    .addOption(
      new Option('--format <FORMAT>', 'how to tell it')
        .choices(['ndjson', 'table'])
        .default('ndjson'),
    )
    .addHelpText('after', HELP)
    .action(async (options: ReconcileArguments) => {
      end(await run(options))
    })
}
