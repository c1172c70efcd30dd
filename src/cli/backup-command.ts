import type { Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { storeOption } from './store-url.js'
import type { BackupArguments } from './backup-run.js'

/** `clientfold backup`. */
export const addBackup = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('backup')
    .summary('write everything of a store to one file')
    .description(
      'Writes everything of a store to one file: events with their ids, revisions and times, the quarantine, and what is known of erasures and compactions. Events can be recorded meanwhile: the file is one moment of the store. It holds personal data, and from a name that ends with .gz it is compressed. clientfold restore makes the same store of it, in SQLite or PostgreSQL.',
    )
    .addOption(storeOption())
    .requiredOption('--out <FILE>', 'write to FILE, which appears only when it is complete')
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold backup --store sqlite:clients.db --out clients.backup.gz',
        exitCodes: {
          0: 'the backup is complete and was read again',
          2: `${STORE_FAILED}, one of its records is damaged, or the file could not be written`,
        },
      }),
    )
    .action(async (options: BackupArguments) => {
      const { run } = await import('./backup-run.js')
      setExitCode(await run(options))
    })
}
