import type { Command } from 'commander'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { storeOption } from './store-url.js'
import { viewsOption, type ViewsArguments } from './views-option.js'

const NOTES = `Start as many as needed, on any machines. On JetStream they share one consumer:
each event is given to one of them, is joined to the views, and is then
acknowledged. What a killed process has not acknowledged is given to another
one after 10 seconds. On SQLite and PostgreSQL each process reads everything, so
there one is enough, and clientfold serve does the same work by itself.

After a signal it ends with the events that it is joining.`

/** `clientfold project`. */
export const addProject = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('project')
    .summary('keep the views of a store up, in any number of processes')
    .description(
      'Joins each event of a store to its views, from which lists are read, and goes on with new events until a signal. While the store or the views cannot be used, it waits.',
    )
    .addOption(storeOption())
    .addOption(viewsOption())
    .addHelpText(
      'after',
      helpFooter({
        notes: NOTES,
        example: 'clientfold project --store nats://a,b,c/CLIENTS --views postgres://db/views',
        exitCodes: { 0: 'ended by a signal', 2: STORE_FAILED },
      }),
    )
    .action(async (options: ViewsArguments) => {
      const { run } = await import('./project-run.js')
      setExitCode(await run(options))
    })
}
