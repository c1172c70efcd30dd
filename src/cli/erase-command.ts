import type { Command } from 'commander'
import type { EventStore } from '../event-store/event-store.js'
import { CorruptRecord } from '../event-store/store-error.js'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED } from './help-footer.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { storeNameOf, storeOption, type StoreArguments } from './store-url.js'

interface EraseArguments extends StoreArguments {
  readonly dryRun?: boolean
  readonly unknownToo?: boolean
}

/** A client to erase, as the store holds it now. */
interface StoredClient {
  readonly id: string
  /** Null if one of them is damaged: the client can be erased all the same. */
  readonly events: number | null
  readonly wasErased: boolean
}

const isUnknown = ({ events, wasErased }: StoredClient): boolean => events === 0 && !wasErased

const eventsOf = async (store: EventStore, id: string): Promise<number | null> => {
  try {
    return (await store.readClient(id)).length
  } catch (error) {
    if (error instanceof CorruptRecord) return null
    throw error
  }
}

const readClients = async (
  store: EventStore,
  ids: ReadonlyArray<string>,
): Promise<ReadonlyArray<StoredClient>> => {
  const erased = new Set(await store.erasedAmong(ids))
  const clients: StoredClient[] = []
  for (const id of ids) {
    clients.push({ id, events: await eventsOf(store, id), wasErased: erased.has(id) })
  }
  return clients
}

const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const stateOf = (client: StoredClient): string => {
  if (client.events === null) return 'has damaged events'
  if (client.wasErased) return 'was erased before'
  return isUnknown(client) ? 'is unknown' : countOf(client.events, 'event')
}

const previewOf = (client: StoredClient): string => `${printable(client.id)}: ${stateOf(client)}`

const refusalOf = (url: string, unknown: ReadonlyArray<StoredClient>): string =>
  [
    ...unknown.map(({ id }) => `${storeNameOf(url)} has no events of ${printable(id)}`),
    'nothing was erased; check the ids, or use --unknown-too, and later events of these clients will be refused',
    '',
  ].join('\n')

const eraseAll = async (
  store: EventStore,
  clients: ReadonlyArray<StoredClient>,
): Promise<string> => {
  // At the same time, so that they share one rewriting of the files. A client that was erased before is
  // erased again, because an earlier rewriting may have failed.
  const counts = await Promise.all(clients.map(({ id }) => store.erase(id)))
  const events = counts.reduce((sum, count) => sum + count, 0)
  const ofClients = clients.length === 1 ? '' : ` of ${countOf(clients.length, 'client')}`
  const before = clients.filter(({ wasErased }) => wasErased).length
  const again = before === 0 ? '' : `; ${countOf(before, 'client')} erased before`
  return `erased ${countOf(events, 'event')}${ofClients}${again}`
}

const run = (
  clientIds: ReadonlyArray<string>,
  { store: url, dryRun = false, unknownToo = false }: EraseArguments,
): Promise<number> =>
  withStore(url, { mustExist: true }, async (store) => {
    const clients = await readClients(store, [...new Set(clientIds)])
    const unknown = clients.filter(isUnknown)
    const output = standardOutput()
    if (dryRun) await output.write(`${clients.map(previewOf).join('\n')}\n`)
    if (unknown.length > 0 && !unknownToo) {
      process.stderr.write(refusalOf(url, unknown))
      await output.done()
      return EXIT.refused
    }
    if (!dryRun) await output.write(`${await eraseAll(store, clients)}\n`)
    await output.done()
    return EXIT.ok
  })

/** `clientfold erase`. */
export const addErase = (program: Command, setExitCode: (code: number) => void): void => {
  program
    .command('erase')
    .summary('erase clients from a store, permanently')
    .description(
      'Erases all events of clients from a store and its files, and the deliveries in quarantine that mention them. It does not ask for confirmation and cannot be undone. Later events of the clients are refused. If the store has never had events of one of them, nothing is erased, because the id may be misspelt. To erase a client again is no failure.',
    )
    .argument('<CLIENT...>', 'the ids of the clients')
    .addOption(storeOption())
    .option('--dry-run', 'only say how many events each client has, and erase nothing')
    .option(
      '--unknown-too',
      'also erase clients without events: the quarantine may mention them, and later events are refused',
    )
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold erase client_123 client_456 --store sqlite:clients.db --dry-run',
        exitCodes: {
          0: 'the clients are erased',
          1: 'the store has no events of one of the clients; nothing was erased',
          2: STORE_FAILED,
        },
      }),
    )
    .action(async (clientIds: ReadonlyArray<string>, options: EraseArguments) => {
      setExitCode(await run(clientIds, options))
    })
}
