import type { Command } from 'commander'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { standardOutput } from './output.js'
import { storeOption } from './store-url.js'
import {
  scrubWithViews,
  viewsOption,
  withStoreAndViews,
  type ViewsArguments,
} from './views-option.js'

const run = (urls: ViewsArguments): Promise<number> =>
  withStoreAndViews(urls, { mustExist: true }, async (store, viewsStore) => {
    await scrubWithViews(store, viewsStore)
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
      'Rewrites the files of a store, so that no byte of what was erased is left in them. It takes as long as a copy of the store, and everything else waits meanwhile. On JetStream with several replicas it rewrites nothing: it waits some minutes, until the servers have shortened the logs of their replication, and nothing else waits. One scrub serves all erasures before it.',
    )
    .addOption(storeOption())
    .addOption(viewsOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold scrub --store sqlite:clients.db',
        exitCodes: { 0: 'the files are rewritten', 2: STORE_FAILED },
      }),
    )
    .action(async (options: ViewsArguments) => {
      setExitCode(await run(options))
    })
}
