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
  withStore(url, { mustExist: true, readOnly: true }, async (store) => {
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
      setExitCode(await run(options))
    })
}
