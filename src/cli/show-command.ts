import { Option, type Command } from 'commander'
import { openClients } from '../clients/clients.js'
import type { Client } from '../events/client.js'
import type { Question } from '../clients/question.js'
import { isTravelling } from '../projections/client-query.js'
import { clientTable } from './client-table.js'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { storeNameOf, storeOption, type StoreArguments } from './store-url.js'
import { addClientQueryOptions, TIME_HELP } from './moment-options.js'

interface ShowArguments extends StoreArguments, Question {
  readonly format: 'json' | 'table'
}

const rendered = (client: Client, format: ShowArguments['format']): string =>
  format === 'json' ? `${JSON.stringify(client, null, 2)}\n` : clientTable([client])

const absenceOf = (url: string, query: Question): string =>
  isTravelling(query)
    ? `${storeNameOf(url)} had no client with this id at that moment; check the id, --store and the TIME`
    : `${storeNameOf(url)} has no client with this id; check the id and --store`

const run = async (clientId: string, options: ShowArguments): Promise<number> => {
  const { store: url, format, ...query } = options
  const client = await withStore(url, { mustExist: true, readOnly: true }, (store) =>
    openClients({ store }).get(clientId, query),
  )
  if (client === null) {
    process.stderr.write(`${absenceOf(url, query)}\n`)
    return EXIT.refused
  }
  const output = standardOutput()
  await output.write(rendered(client, format))
  await output.done()
  return EXIT.ok
}

/** `clientfold show`. */
export const addShow = (program: Command, setExitCode: (code: number) => void): void => {
  const command = program
    .command('show')
    .summary('show a client of a store, now or at any moment')
    .description(
      'Shows a client as the documented Client object, as it is now or as it was at any moment. A session past its expire_at reads expired, unless --at recorded is given.',
    )
    .argument('<CLIENT>', 'the id of the client')
    .addOption(storeOption())
  addClientQueryOptions(command, 'now')
    .addOption(
      new Option('--format <FORMAT>', 'the format of the Client')
        .choices(['json', 'table'])
        .default('json'),
    )
    .addHelpText(
      'after',
      helpFooter({
        notes: TIME_HELP,
        example: 'clientfold show client_123 --as-of 2026-05-28T08:00:00Z',
        exitCodes: {
          0: 'the Client was written',
          1: 'there is no such client, or it did not exist at that moment',
          2: STORE_FAILED,
        },
      }),
    )
    .action(async (clientId: string, options: ShowArguments) => {
      setExitCode(await run(clientId, options))
    })
}
