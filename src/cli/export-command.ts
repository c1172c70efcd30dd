import type { Command } from 'commander'
import { eventText } from '../events/encode-event.js'
import type { EventStore } from '../event-store/event-store.js'
import { EXIT } from './exit-code.js'
import { helpFooter } from './help-footer.js'
import { withStore } from './open-store.js'
import { openFile, standardOutput } from './output.js'
import { protectedStoreFiles } from './protected-files.js'
import { storeOption, type StoreArguments } from './store-url.js'
import { writeTextStream } from './write-texts.js'

interface ExportArguments extends StoreArguments {
  readonly out?: string
}

async function* linesOf(store: EventStore): AsyncGenerator<string, void> {
  for await (const { event } of store.readAll()) yield `${eventText(event)}\n`
}

const run = ({ store: url, out }: ExportArguments): Promise<number> =>
  withStore(url, { mustExist: true, readOnly: true }, async (store) => {
    const output =
      out === undefined ? standardOutput() : await openFile(out, await protectedStoreFiles(url))
    try {
      await writeTextStream(linesOf(store), output)
      await output.done()
      return EXIT.ok
    } catch (error) {
      await output.discard()
      throw error
    }
  })

/** `clientfold export`. */
export const addExport = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('export')
    .summary('write all events of a store as a log')
    .description(
      'Writes all events of a store as a log (NDJSON, one event per line), in the order in which they were recorded. From that log, clientfold replay makes the same Clients and clientfold import makes the same store.',
    )
    .addOption(storeOption())
    .option('--out <FILE>', 'write to FILE, which appears only when it is complete')
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold export --store sqlite:clients.db --out log.ndjson',
        exitCodes: {
          0: 'all events were written',
          2: 'wrong usage, or the store could not be read or the file not written',
        },
      }),
    )
    .action(async (options: ExportArguments) => {
      setExitCode(await run(options))
    })
}
