import type { Command } from 'commander'
import { helpFooter } from './help-footer.js'
import { storeOption } from './store-url.js'
import type { ExportArguments } from './export-run.js'

/** `clientfold export`. */
export const addExport = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('export')
    .summary('write the events of a store as a log, and nothing else')
    .description(
      'Writes all events of a store as a log (NDJSON, one event per line), in the order in which they were recorded. From that log, clientfold replay makes the same Clients. It holds events only: no revisions, no quarantine, and nothing of what was erased or compacted, so clientfold import of it into another store records again what was erased when it is delivered again. A copy of the whole store is a backup: clientfold backup.',
    )
    .addOption(storeOption())
    .option('--out <FILE>', 'write to FILE, which appears only when it is complete')
    .option('--skip-damaged', 'leave out damaged records, and name each of them on stderr')
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold export --store sqlite:clients.db --out log.ndjson',
        exitCodes: {
          0: 'all events were written',
          1: 'damaged records were left out',
          2: 'wrong usage, or the store could not be read or the file not written',
        },
      }),
    )
    .action(async (options: ExportArguments) => {
      const { run } = await import('./export-run.js')
      setExitCode(await run(options))
    })
}
