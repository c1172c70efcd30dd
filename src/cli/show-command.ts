import { Option, type Command } from 'commander'
import { openClients } from '../clients/clients.js'
import type { Client } from '../events/client.js'
import type { View } from '../projections/client-view.js'
import { clientTable } from './client-table.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { storeOption, type StoreArguments } from './store-url.js'
import { addViewOptions, TIME_HELP } from './view-options.js'

interface ShowArguments extends StoreArguments, View {
  readonly format: 'json' | 'table'
}

const rendered = (client: Client, format: ShowArguments['format']): string =>
  format === 'json' ? `${JSON.stringify(client, null, 2)}\n` : clientTable([client])

const isTravelling = ({ asOf, knownAt }: View): boolean =>
  asOf !== undefined || knownAt !== undefined

const run = async (clientId: string, options: ShowArguments): Promise<number> => {
  const { store: url, format, ...view } = options
  const client = await withStore(url, { mustExist: true }, (store) =>
    openClients({ store }).get(clientId, view),
  )
  if (client === null) {
    const when = isTravelling(view) ? ' as of then' : ''
    process.stderr.write(`the store knows of no such client${when}\n`)
    return EXIT.refused
  }
  const output = standardOutput()
  await output.write(rendered(client, format))
  await output.done()
  return EXIT.ok
}

const EXIT_HELP = `
Exit codes: 0 shown, 1 there is (or was then) no such client, 2 wrong usage or a failure of the store.`

/** `clientfold show`. */
export const addShow = (program: Command, end: (code: number) => void): void => {
  const command = program
    .command('show')
    .summary('show a client of a store, from any moment')
    .description('Shows the documented Client object of a client, as it is now or from any moment.')
    .argument('<CLIENT>', 'the id of the client')
    .addOption(storeOption())
  addViewOptions(command)
    .addOption(
      new Option('--format <FORMAT>', 'how to write the Client')
        .choices(['json', 'table'])
        .default('json'),
    )
    .addHelpText('after', `${TIME_HELP}${EXIT_HELP}`)
    .action(async (clientId: string, options: ShowArguments) => {
      end(await run(clientId, options))
    })
}
