import { Option, type Command } from 'commander'
import { CLERK_SECRET_KEY } from './clerk-access.js'
import { helpFooter } from './help-footer.js'
import { fullOption } from './screen-options.js'
import { storeOption } from './store-url.js'
import type { ReconcileArguments } from './reconcile-run.js'

const NOTES = `Set the environment variable ${CLERK_SECRET_KEY} to the secret key of your Clerk
instance. The command asks Clerk once for each client, and once for each of
their users: their sessions name clients that no webhook has named. It
repeats a request after 429 and after passing failures, and waits as long as
Retry-After says. clientfold backfill reads users that the store does not have.

Each client that differs is one line of JSON, and the last line has the totals.
"log" is what the store has, "clerk" is what Clerk has (null if Clerk does not
know it). For other keys only their names are shown, not their values.`

/** `clientfold reconcile`. */
export const addReconcile = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('reconcile')
    .summary('compare a store with Clerk, and record what the store lacks')
    .description(
      "Asks Clerk's Backend API for each client of a store and reports the differences. Answers that add something to the store are recorded as client.observed events.",
    )
    .addOption(storeOption())
    .option('--api-url <URL>', 'the URL of the Backend API, if it is not https://api.clerk.com')
    .option('--user <ID...>', 'compare only the clients of these users, in the store and at Clerk')
    .option('--client <ID...>', 'compare only these clients, whether or not the store has them')
    .option('--dry-run', 'only report the differences, and record nothing')
    .addOption(
      new Option('--format <FORMAT>', 'the format of the report')
        .choices(['ndjson', 'table'])
        .default('ndjson'),
    )
    .addOption(fullOption())
    .addHelpText(
      'after',
      helpFooter({
        notes: NOTES,
        example: 'CLERK_SECRET_KEY=sk_… clientfold reconcile --dry-run --format table',
        exitCodes: {
          0: 'every client was compared',
          1: 'some clients could not be compared',
          2: 'wrong usage, Clerk refused the key, or the store could not be used',
        },
      }),
    )
    .action(async (options: ReconcileArguments) => {
      const { run } = await import('./reconcile-run.js')
      setExitCode(await run(options))
    })
}
