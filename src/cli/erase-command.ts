import type { Command } from 'commander'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { storeOption, type StoreArguments } from './store-url.js'

const run = async (clientId: string, { store: url }: StoreArguments): Promise<number> => {
  const events = await withStore(url, { mustExist: true }, (store) => store.erase(clientId))
  if (events === 0) {
    process.stderr.write('there was no event to erase; what comes of that client will be refused\n')
    return EXIT.refused
  }
  const output = standardOutput()
  await output.write(`erased ${events} ${events === 1 ? 'event' : 'events'}\n`)
  await output.done()
  return EXIT.ok
}

/** `clientfold erase`. */
export const addErase = (program: Command, end: (code: number) => void): void => {
  program
    .command('erase')
    .summary('erase a client from a store, for ever')
    .description(
      'Erases all events of a client from the files of a store, and the deliveries in quarantine that name it, without asking. What comes of that client later is refused.',
    )
    .argument('<CLIENT>', 'the id of the client')
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 erased, 1 there was no event of it, 2 wrong usage or a failure of the store.',
    )
    .action(async (clientId: string, options: StoreArguments) => {
      end(await run(clientId, options))
    })
}
