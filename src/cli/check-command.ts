import type { Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { storeOption, type StoreArguments } from './store-url.js'

/** `clientfold check`. */
export const addCheck = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('check')
    .summary('read everything of a store and name what is damaged')
    .description(
      'Reads everything of a store and names each damage in one line: records that differ from what was written, missing revisions of a client, look-ups of sessions and users that do not fit the events, indexes that do not fit their tables, and damaged deliveries of the quarantine. It changes nothing.',
    )
    .addOption(storeOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold check --store sqlite:clients.db',
        exitCodes: { 0: 'nothing is damaged', 1: 'something is damaged', 2: STORE_FAILED },
      }),
    )
    .action(async (options: StoreArguments) => {
      const { run } = await import('./check-run.js')
      setExitCode(await run(options))
    })
}
