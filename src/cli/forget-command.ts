import type { Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { storeOption } from './store-url.js'
import { parseTime } from './time-argument.js'
import { TIME_HELP } from './moment-options.js'
import type { ForgetArguments } from './forget-run.js'

/** `clientfold forget`. */
export const addForget = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('forget')
    .summary('forget sessions of a store that were over before a moment, permanently')
    .description(
      'Forgets sessions that had ended or were removed before a moment, and those that would have expired or been abandoned before it: deletes their events, and takes them out of observations. Clients without other sessions are deleted whole. It does not ask for confirmation and cannot be undone. Later events about forgotten sessions are refused. Events can be recorded meanwhile. It can be interrupted and called again. clientfold scrub then makes the files smaller.',
    )
    .addOption(storeOption())
    .requiredOption(
      '--over-before <TIME>',
      'forget sessions that were over before this moment',
      parseTime,
    )
    .addHelpText(
      'after',
      helpFooter({
        notes: TIME_HELP,
        example: 'clientfold forget --over-before 2025-05-28 --store sqlite:clients.db',
        exitCodes: {
          0: 'all such sessions are forgotten',
          1: 'clients with damaged events were left as they are',
          2: STORE_FAILED,
        },
      }),
    )
    .action(async (options: ForgetArguments) => {
      const { run } = await import('./forget-run.js')
      setExitCode(await run(options))
    })
}
