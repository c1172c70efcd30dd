import { openClients } from '../clients/clients.js'
import type { Question } from '../clients/question.js'
import { isTravelling } from '../projections/client-query.js'
import { apart, type ScreenArguments } from './screen-options.js'
import { screenOf } from './screen.js'
import { clientTable } from './client-table.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { storeNameOf, type StoreArguments } from './store-url.js'

/** The arguments of `clientfold show`. */
export interface ShowArguments extends StoreArguments, ScreenArguments, Question {
  readonly format: 'json' | 'table'
}

const absenceOf = (url: string, query: Question): string =>
  isTravelling(query)
    ? `${storeNameOf(url)} had no client with this id at that moment; check the id, --store and the TIME`
    : `${storeNameOf(url)} has no client with this id; check the id and --store`

/** Runs `clientfold show`, and answers its exit code. */
export const run = async (clientId: string, options: ShowArguments): Promise<number> => {
  const { screen, others } = apart(options)
  const { store: url, format, ...query } = others
  const client = await withStore(url, { mustExist: true, readOnly: true }, (store) =>
    openClients({ store }).get(clientId, query),
  )
  if (client === null) {
    process.stderr.write(`${absenceOf(url, query)}\n`)
    return EXIT.refused
  }
  const output = standardOutput()
  await output.write(
    format === 'json'
      ? `${JSON.stringify(client, null, 2)}\n`
      : clientTable([client], screenOf(screen)),
  )
  await output.done()
  return EXIT.ok
}
