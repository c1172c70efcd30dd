import type { Command } from 'commander'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { historyTable } from './history-table.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { storeNameOf, storeOption, type StoreArguments } from './store-url.js'

const run = async (clientId: string, { store: url }: StoreArguments): Promise<number> => {
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
  await output.write(historyTable(history))
  await output.done()
  return EXIT.ok
}

/** `clientfold history`. */
export const addHistory = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('history')
    .summary('show the events of a client and what each changed')
    .description(
      'Shows the recorded events of a client as a table: when Clerk sent each event, when it was recorded, and what it changed. An event that came late, or twice, changed nothing.',
    )
    .argument('<CLIENT>', 'the id of the client')
    .addOption(storeOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold history client_123 --store sqlite:clients.db',
        exitCodes: { 0: 'the table was written', 1: 'there is no such client', 2: STORE_FAILED },
      }),
    )
    .action(async (clientId: string, options: StoreArguments) => {
      setExitCode(await run(clientId, options))
    })
}
