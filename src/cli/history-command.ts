import type { Command } from 'commander'
import { EXIT } from './exit-code.js'
import { historyTable } from './history-table.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { storeOption, type StoreArguments } from './store-url.js'

const run = async (clientId: string, { store: url }: StoreArguments): Promise<number> => {
  const history = await withStore(url, { mustExist: true }, (store) => store.readClient(clientId))
  if (history.length === 0) {
    process.stderr.write('the store knows of no such client\n')
    return EXIT.refused
  }
  const output = standardOutput()
  await output.write(historyTable(history))
  await output.done()
  return EXIT.ok
}

/** `clientfold history`. */
export const addHistory = (program: Command, end: (code: number) => void): void => {
  program
    .command('history')
    .summary('show what happened to a client')
    .description(
      'Shows what was recorded of a client, in that order, as a table: when it was said, when it was recorded, and what it changed. What came late, or said nothing new, changed nothing.',
    )
    .argument('<CLIENT>', 'the id of the client')
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 shown, 1 there is no such client, 2 wrong usage or a failure of the store.',
    )
    .action(async (clientId: string, options: StoreArguments) => {
      end(await run(clientId, options))
    })
}
