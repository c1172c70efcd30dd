import { Option, type Command } from 'commander'
import { CLERK_SECRET_KEY } from './clerk-access.js'
import { helpFooter } from './help-footer.js'
import { storeOption } from './store-url.js'
import { parseTime } from './time-argument.js'
import type { BackfillArguments } from './backfill-run.js'

const NOTES = `Set the environment variable ${CLERK_SECRET_KEY} to the secret key of your Clerk
instance. The command asks Clerk once for each user and once for each client,
and Clerk answers 1,000 requests in 10 s (100 of a development instance): a
million users take about seven hours. It repeats a request after 429 and after
passing failures, and waits as long as Retry-After says.

Each Client is recorded as a client.observed event, unless the store answers the
same already. So the command may run again at any time. --resume FILE keeps the
progress in FILE after each 100 users; the same command goes on from there, and
removes FILE when it is finished. Without it, a run begins with the first user.`

/** `clientfold backfill`. */
export const addBackfill = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('backfill')
    .summary('record the users, sessions and clients that Clerk has already')
    .description(
      "Reads the users of a Clerk instance, their sessions and their clients from Clerk's Backend API, and records the clients in a store. It creates the store if it does not exist.",
    )
    .addOption(storeOption())
    .option('--api-url <URL>', 'the URL of the Backend API, if it is not https://api.clerk.com')
    .addOption(new Option('--user <ID...>', 'only these users').conflicts(['since', 'resume']))
    .option('--since <TIME>', 'only users who were active at TIME or later', parseTime)
    .option('--resume <FILE>', 'keep the progress in FILE, and go on from there')
    .addOption(new Option('--dry-run', 'only count what would be recorded').conflicts('resume'))
    .addHelpText(
      'after',
      helpFooter({
        notes: NOTES,
        example: 'CLERK_SECRET_KEY=sk_… clientfold backfill --resume backfill.json',
        exitCodes: {
          0: 'every client was recorded, or was known',
          1: 'some users or clients could not be read; stderr names them',
          2: 'wrong usage, or Clerk or the store could not be used',
          130: 'ended by Ctrl-C',
          143: 'ended by SIGTERM',
        },
      }),
    )
    .action(async (options: BackfillArguments) => {
      const { run } = await import('./backfill-run.js')
      setExitCode(await run(options))
    })
}
