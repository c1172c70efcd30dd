import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import { BackupWriter, verifyBackup } from './backup-file.js'
import { CommandFailure } from './command-failure.js'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { withStore } from './open-store.js'
import { openFile, standardOutput } from './output.js'
import { protectedStoreFiles } from './protected-files.js'
import { countOf } from './reduction-report.js'
import { parseStoreUrl, storeOption, type StoreArguments } from './store-url.js'

interface BackupArguments extends StoreArguments {
  readonly out: string
}

/** As the files of a SQLite store. */
const OWNER_ONLY = 0o600

const run = ({ store: url, out }: BackupArguments): Promise<number> =>
  withStore(url, { mustExist: true, readOnly: true }, async (store) => {
    const file = await openFile(out, await protectedStoreFiles(url), OWNER_ONLY)
    try {
      const writer = new BackupWriter(file, out, parseStoreUrl(url).engine, Date.now())
      await store.backup(writer.write)
      const { counts, sha256 } = await writer.end()
      await file.done()
      // A pipe cannot be read again.
      if ((await stat(out)).isFile() && (await verifyBackup(out)).id !== sha256) {
        throw new CommandFailure(`${out} was changed meanwhile; take the backup again`)
      }
      const output = standardOutput()
      await output.write(
        `backed up ${countOf(counts.event ?? 0, 'event')} and ` +
          `${countOf(counts.delivery ?? 0, 'quarantined delivery', 'quarantined deliveries')}: sha256 ${sha256}\n`,
      )
      await output.done()
      return EXIT.ok
    } catch (error) {
      await file.discard()
      throw error
    }
  })

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
      setExitCode(await run(options))
    })
}
