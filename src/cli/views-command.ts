import type { Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { storeOption } from './store-url.js'
import { viewsOption, type ViewsArguments } from './views-option.js'

type SetExitCode = (code: number) => void

const addStatus = (group: Command, setExitCode: SetExitCode): void => {
  group
    .command('status')
    .summary('show how far the views are')
    .description(
      'Shows how many clients and sessions the views hold, how many events of the log they lack, and how many damaged records they leave out.',
    )
    .addOption(storeOption())
    .addOption(viewsOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold views status --store sqlite:clients.db',
        exitCodes: { 0: 'the status was written', 2: STORE_FAILED },
      }),
    )
    .action(async (options: ViewsArguments) => {
      const { runStatus } = await import('./views-run.js')
      setExitCode(await runStatus(options))
    })
}

const addRebuild = (group: Command, setExitCode: SetExitCode): void => {
  group
    .command('rebuild')
    .summary('make the views again from the log')
    .description(
      'Removes all rows of the views and makes them again from the log. Lists wait meanwhile, or are answered 503 if it takes longer than ten seconds; webhooks are recorded. If it is interrupted, the next question goes on where it was.',
    )
    .addOption(storeOption())
    .addOption(viewsOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold views rebuild --store sqlite:clients.db',
        exitCodes: { 0: 'the views are complete', 2: STORE_FAILED },
      }),
    )
    .action(async (options: ViewsArguments) => {
      const { runRebuild } = await import('./views-run.js')
      setExitCode(await runRebuild(options))
    })
}

/** `clientfold views`. */
export const addViews = (program: Command, setExitCode: SetExitCode): void => {
  const group = program
    .command('views')
    .summary('show or rebuild what lists are read from')
    .description(
      'The views of a store hold a row for each client and each session, so that a list does not read the log. The processes that use the store keep them up to date.',
    )
    .addHelpText('after', '\nExample:\n  clientfold views status')
  addStatus(group, setExitCode)
  addRebuild(group, setExitCode)
}
