import { openClients } from '../clients/clients.js'
import { CommandFailure } from './command-failure.js'
import { EXIT } from './exit-code.js'
import { createFailureReports } from './failure-reports.js'
import { nextSignal } from './signals.js'
import type { ViewsArguments } from './views-option.js'
import { viewsIn, withStoreAndViews } from './views-store.js'

const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/** Runs `clientfold project`, and answers its exit code. */
export const run = (urls: ViewsArguments): Promise<number> =>
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
