import type { Command } from 'commander'
import { eventText } from '../events/encode-event.js'
import type { EventStore, ReadFrom } from '../event-store/event-store.js'
import type { CorruptRecord } from '../event-store/store-error.js'
import { EXIT } from './exit-code.js'
import { helpFooter } from './help-footer.js'
import { withStore } from './open-store.js'
import { openFile, standardOutput } from './output.js'
import { printable } from './printable.js'
import { protectedStoreFiles } from './protected-files.js'
import { storeOption, type StoreArguments } from './store-url.js'
import { writeTextStream } from './write-texts.js'

interface ExportArguments extends StoreArguments {
  readonly out?: string
  readonly skipDamaged?: boolean
}

async function* linesOf(store: EventStore, from: ReadFrom): AsyncGenerator<string, void> {
  for await (const { event } of store.readAll(from)) yield `${eventText(event)}\n`
}

const run = ({ store: url, out, skipDamaged = false }: ExportArguments): Promise<number> =>
  withStore(url, { mustExist: true }, async (store) => {
    const output =
      out === undefined ? standardOutput() : await openFile(out, await protectedStoreFiles(url))
    let leftOut = 0
    const onDamage = ({ message }: CorruptRecord): void => {
      leftOut += 1
      process.stderr.write(`left out: ${printable(message)}\n`)
    }
    try {
      await writeTextStream(linesOf(store, skipDamaged ? { onDamage } : {}), output)
      await output.done()
      return leftOut === 0 ? EXIT.ok : EXIT.refused
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
      setExitCode(await run(options))
    })
}
