import { stat } from 'node:fs/promises'
import { BackupWriter, verifyBackup } from './backup-file.js'
import { CommandFailure } from './command-failure.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { openFile, standardOutput } from './output.js'
import { protectedStoreFiles } from './protected-files.js'
import { countOf } from './reduction-report.js'
import { parseStoreUrl, type StoreArguments } from './store-url.js'

/** The arguments of `clientfold backup`. */
export interface BackupArguments extends StoreArguments {
  readonly out: string
}

/** As the files of a SQLite store. */
const OWNER_ONLY = 0o600

/** Runs `clientfold backup`, and answers its exit code. */
export const run = ({ store: url, out }: BackupArguments): Promise<number> =>
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
