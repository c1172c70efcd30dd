import type { Command } from 'commander'
import { eventText } from '../events/encode-event.js'
import type { EventStore } from '../event-store/event-store.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { openFile, standardOutput } from './output.js'
import { sparedStore } from './protected-files.js'
import { storeOption, type StoreArguments } from './store-url.js'
import { writeAllComing } from './write-all.js'

interface ExportArguments extends StoreArguments {
  readonly out?: string
}

async function* linesOf(store: EventStore): AsyncGenerator<string, void> {
  for await (const { event } of store.readAll()) yield `${eventText(event)}\n`
}

const run = ({ store: url, out }: ExportArguments): Promise<number> =>
  withStore(url, { mustExist: true }, async (store) => {
    const output =
      out === undefined ? standardOutput() : await openFile(out, await sparedStore(url))
    try {
      await writeAllComing(linesOf(store), output)
      await output.done()
      return EXIT.ok
    } catch (error) {
      await output.discard()
      throw error
    }
  })

/** `clientfold export`. */
export const addExport = (program: Command, end: (code: number) => void): void => {
  program
    .command('export')
    .summary('write all events of a store as a log')
    .description(
      'Writes all events of a store in their order, as a log (NDJSON) from which replay makes the same Clients, and import the same store.',
    )
    .addOption(storeOption())
    .option('--out <FILE>', 'write to FILE, which appears when it is complete')
    .addHelpText(
      'after',
      '\nExit codes: 0 written, 2 wrong usage or a failure of the store or of a file.',
    )
    .action(async (options: ExportArguments) => {
      end(await run(options))
    })
}
