import type { Command } from 'commander'
import { openClients } from '../clients/clients.js'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { storeOption, type StoreArguments } from './store-url.js'

const run = ({ store: url }: StoreArguments): Promise<number> =>
  withStore(url, { mustExist: true }, async (store) => {
    await openClients({ store }).scrub()
    const output = standardOutput()
    await output.write(
      'no byte of what was erased is left in the files; backups keep them until they expire\n',
    )
    await output.done()
    return EXIT.ok
  })

/** `clientfold scrub`. */
export const addScrub = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('scrub')
    .summary('remove the bytes of what was erased from the files')
    .description(
      'Rewrites the files of a store, so that no byte of what was erased is left in them. It takes as long as a copy of the store, and everything else waits meanwhile. One scrub serves all erasures before it.',
    )
    .addOption(storeOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold scrub --store sqlite:clients.db',
        exitCodes: { 0: 'the files are rewritten', 2: STORE_FAILED },
      }),
    )
    .action(async (options: StoreArguments) => {
      setExitCode(await run(options))
    })
}
