import type { Command } from 'commander'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { storeNameOf, storeOption, type StoreArguments } from './store-url.js'

const run = async (clientId: string, { store: url }: StoreArguments): Promise<number> => {
  const events = await withStore(url, { mustExist: true }, (store) => store.erase(clientId))
  if (events === 0) {
    process.stderr.write(
      `${storeNameOf(url)} had no events of this client; later events of it will be refused\n`,
    )
    return EXIT.refused
  }
  const output = standardOutput()
  await output.write(`erased ${events} ${events === 1 ? 'event' : 'events'}\n`)
  await output.done()
  return EXIT.ok
}

/** `clientfold erase`. */
export const addErase = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('erase')
    .summary('erase a client from a store, permanently')
    .description(
      'Erases all events of a client from a store and its files, and the deliveries in quarantine that mention the client. It does not ask for confirmation and cannot be undone. Later events of the client are refused.',
    )
    .argument('<CLIENT>', 'the id of the client')
    .addOption(storeOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold erase client_123 --store sqlite:clients.db',
        exitCodes: {
          0: 'the events were erased',
          1: 'the store had no events of the client',
          2: STORE_FAILED,
        },
      }),
    )
    .action(async (clientId: string, options: StoreArguments) => {
      setExitCode(await run(clientId, options))
    })
}
