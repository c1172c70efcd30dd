import { eventText } from '../events/encode-event.js'
import type { EventStore, ReadFrom } from '../event-store/event-store.js'
import type { CorruptRecord } from '../event-store/store-error.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { openFile, standardOutput } from './output.js'
import { printable } from './printable.js'
import { protectedStoreFiles } from './protected-files.js'
import { type StoreArguments } from './store-url.js'
import { writeTextStream } from './write-texts.js'

/** The arguments of `clientfold export`. */
export interface ExportArguments extends StoreArguments {
  readonly out?: string
  readonly skipDamaged?: boolean
}

async function* linesOf(store: EventStore, from: ReadFrom): AsyncGenerator<string, void> {
  for await (const { event } of store.readAll(from)) yield `${eventText(event)}\n`
}

/** Runs `clientfold export`, and answers its exit code. */
export const run = ({ store: url, out, skipDamaged = false }: ExportArguments): Promise<number> =>
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
