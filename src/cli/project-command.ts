import type { Command } from 'commander'
import { openClients } from '../clients/clients.js'
import { CommandFailure } from './command-failure.js'
import { EXIT } from './exit-code.js'
import { createFailureReports } from './failure-reports.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { nextSignal } from './signals.js'
import { storeOption } from './store-url.js'
import { viewsIn, viewsOption, withStoreAndViews, type ViewsArguments } from './views-option.js'

const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const run = (urls: ViewsArguments): Promise<number> =>
  withStoreAndViews(urls, { mustExist: true }, async (store, viewsStore) => {
    if (store.sql === undefined && viewsStore === undefined) {
      throw new CommandFailure(
        'this log has no tables beside it: name the database of the views with --views sqlite:PATH or --views postgres://role@host/database',
      )
    }
    const clients = openClients({ store, ...viewsIn(viewsStore) })
    const ending = new AbortController()
    let joined = 0
    void nextSignal().then(() => {
      ending.abort()
    })
    say('keeping the views up; Ctrl-C ends it')
    await clients.views.keepUp({
      signal: ending.signal,
      onJoined: (events) => (joined += events),
      ...createFailureReports(),
    })
    say(`this process has joined ${joined} events`)
    return EXIT.ok
  })

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
      setExitCode(await run(options))
    })
}
