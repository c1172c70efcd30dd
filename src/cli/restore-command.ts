import type { Command } from 'commander'
import { helpFooter } from './help-footer.js'
import { storeOption, type StoreArguments } from './store-url.js'

/** `clientfold restore`. */
export const addRestore = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('restore')
    .summary('make a store of a backup')
    .description(
      'Verifies a file of clientfold backup, restores everything in it into an empty store of any kind, and checks the store. It creates the store if it does not exist. If it is interrupted, run it again with the same file: it goes on, and until it has ended nothing else opens the store. Tombstones that the store has already stay: what they refuse is left out.',
    )
    .argument('<FILE>', 'the backup, compressed or not')
    .addOption(storeOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold restore clients.backup.gz --store postgres://app@localhost/app',
        exitCodes: {
          0: 'everything is restored, and nothing is damaged',
          1: 'the store holds something else, or the check found a difference',
          2: 'wrong usage, the file is not a whole backup, or the store could not be used',
        },
      }),
    )
    .action(async (file: string, options: StoreArguments) => {
      const { run } = await import('./restore-run.js')
      setExitCode(await run(file, options))
    })
}
