import { EXIT } from './exit-code.js'
import { historyJson, historyTable } from './history-table.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import type { ScreenArguments } from './screen-options.js'
import { screenOf } from './screen.js'
import { storeNameOf, type StoreArguments } from './store-url.js'

/** The arguments of `clientfold history`. */
export interface HistoryArguments extends StoreArguments, ScreenArguments {
  readonly format: 'table' | 'json'
}

/** Runs `clientfold history`, and answers its exit code. */
export const run = async (
  clientId: string,
  { store: url, format, ...screen }: HistoryArguments,
): Promise<number> => {
  const history = await withStore(url, { mustExist: true, readOnly: true }, (store) =>
    store.readClient(clientId),
  )
  if (history.length === 0) {
    process.stderr.write(
      `${storeNameOf(url)} has no client with this id; check the id and --store\n`,
    )
    return EXIT.refused
  }
  const output = standardOutput()
  await output.write(
    format === 'json' ? historyJson(history) : historyTable(history, screenOf(screen)),
  )
  await output.done()
  return EXIT.ok
}
