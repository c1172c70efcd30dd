import type { Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { storeOption } from './store-url.js'
import { viewsOption, type ViewsArguments } from './views-option.js'

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
      const { run } = await import('./scrub-run.js')
      setExitCode(await run(options))
    })
}
