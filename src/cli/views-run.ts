import { openClients, type Clients } from '../clients/clients.js'
import { EXIT } from './exit-code.js'
import { standardOutput } from './output.js'
import type { ViewsArguments } from './views-option.js'
import { viewsIn, withStoreAndViews } from './views-store.js'

const writeStatus = async (clients: Clients): Promise<void> => {
  const { isMore, eventsBehind, clients: count, sessions, damaged } = await clients.views.status()
  const output = standardOutput()
  await output.write(
    [
      `clients        ${count}`,
      `sessions       ${sessions}`,
      `events behind  ${eventsBehind}${isMore ? ' or more' : ''}`,
      `damaged        ${damaged}`,
      '',
    ].join('\n'),
  )
  await output.done()
}

const run = (urls: ViewsArguments, work: (clients: Clients) => Promise<void>): Promise<number> =>
  withStoreAndViews(urls, { mustExist: true }, async (store, viewsStore) => {
    const clients = openClients({ store, ...viewsIn(viewsStore) })
    await work(clients)
    await writeStatus(clients)
    return EXIT.ok
  })

/** Runs `clientfold views status`, and answers its exit code. */
export const runStatus = (urls: ViewsArguments): Promise<number> =>
  run(urls, () => Promise.resolve())

/** Runs `clientfold views rebuild`, and answers its exit code. */
export const runRebuild = (urls: ViewsArguments): Promise<number> =>
  run(urls, (clients) => clients.views.rebuild({ inLargeBatches: true }))
