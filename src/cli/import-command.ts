import type { Command } from 'commander'
import { helpFooter } from './help-footer.js'
import { storeOption } from './store-url.js'
import { viewsOption } from './views-option.js'
import type { ImportArguments } from './import-run.js'

/** `clientfold import`. */
export const addImport = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('import')
    .summary('record event logs in a store')
    .description(
      'Records event logs (NDJSON, gzipped or not) in a store, and creates the store if it does not exist. Each event is recorded once, so an interrupted import can simply be run again. Lines that are not events, and events whose id already belongs to another event, are refused and named on stderr; all others are recorded. Events of what was erased are counted but not recorded. At the end it makes the views, from which lists are read.',
    )
    .argument('[FILE...]', 'logs to read; - or no FILE means standard input')
    .addOption(storeOption())
    .addOption(viewsOption())
    .option('--rejects <FILE>', 'write refused lines to FILE, byte for byte')
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold import log.ndjson --store sqlite:clients.db',
        exitCodes: {
          0: 'every line was recorded, or was recorded before',
          1: 'some lines were refused',
          2: 'wrong usage, or a file or the store could not be used',
        },
      }),
    )
    .action(async (files: string[], options: ImportArguments) => {
      const { run } = await import('./import-run.js')
      setExitCode(await run(files, options))
    })
}
