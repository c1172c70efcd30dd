import type { Command } from 'commander'
import { openClients } from '../clients/clients.js'
import type { EventStore } from '../event-store/event-store.js'
import { retryQuarantined, type RetryOutcome } from '../webhooks/retry.js'
import { EXIT } from './exit-code.js'
import { helpFooter, STORE_FAILED, type HelpFooter } from './help-footer.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { quarantineTable } from './quarantine-table.js'
import { storeNameOf, storeOption, type StoreArguments } from './store-url.js'

/** How many deliveries that stay are named one by one; the others are counted. */
const MAX_NAMED = 20

const write = async (data: string | Uint8Array): Promise<void> => {
  const output = standardOutput()
  await output.write(data)
  await output.done()
}

const onStore =
  (work: (store: EventStore, url: string) => Promise<number>, readOnly = false) =>
  ({ store: url }: StoreArguments): Promise<number> =>
    withStore(url, { mustExist: true, readOnly }, (store) => work(store, url))

const list = onStore(async ({ quarantine }) => {
  const deliveries = []
  for await (const { body, ...delivery } of quarantine.all()) {
    deliveries.push({ ...delivery, bytes: body.length })
  }
  await write(deliveries.length === 0 ? 'the quarantine is empty\n' : quarantineTable(deliveries))
  return EXIT.ok
}, true)

const summaryOf = (counts: Record<RetryOutcome['_tag'], number>): string =>
  `recorded ${counts.Recorded}, duplicates ${counts.Duplicate}, ` +
  `erased ${counts.Erased}, left ${counts.Quarantined}\n`

const retry = onStore(async (store) => {
  const counts = { Recorded: 0, Duplicate: 0, Erased: 0, Quarantined: 0 }
  for await (const outcome of retryQuarantined(openClients({ store }))) {
    counts[outcome._tag] += 1
    if (outcome._tag === 'Quarantined' && counts.Quarantined <= MAX_NAMED) {
      process.stderr.write(`${printable(outcome.id)}: ${printable(outcome.reason)}\n`)
    }
  }
  const unnamed = counts.Quarantined - MAX_NAMED
  if (unnamed > 0) {
    process.stderr.write(`… and ${unnamed} more; clientfold quarantine list names all of them\n`)
  }
  await write(summaryOf(counts))
  return counts.Quarantined === 0 ? EXIT.ok : EXIT.refused
})

const refuseUnknown = (url: string): number => {
  process.stderr.write(
    `the quarantine of ${storeNameOf(url)} has no delivery with this id; clientfold quarantine list shows the ids\n`,
  )
  return EXIT.refused
}

const show = (id: string): ((options: StoreArguments) => Promise<number>) =>
  onStore(async ({ quarantine }, url) => {
    for await (const delivery of quarantine.all()) {
      if (delivery.id !== id) continue
      await write(delivery.body)
      return EXIT.ok
    }
    return refuseUnknown(url)
  })

const remove = (id: string): ((options: StoreArguments) => Promise<number>) =>
  onStore(async ({ quarantine }, url) =>
    (await quarantine.remove(id)) ? EXIT.ok : refuseUnknown(url),
  )

type SetExitCode = (code: number) => void

const addList = (group: Command, setExitCode: SetExitCode): void => {
  group
    .command('list')
    .summary('list the deliveries in quarantine')
    .description(
      'Lists the deliveries in quarantine as a table: when each was received, and why it was not recorded.',
    )
    .addOption(storeOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold quarantine list --store sqlite:clients.db',
        exitCodes: { 0: 'the list was written', 2: STORE_FAILED },
      }),
    )
    .action(async (options: StoreArguments) => {
      setExitCode(await list(options))
    })
}

const addRetry = (group: Command, setExitCode: SetExitCode): void => {
  group
    .command('retry')
    .summary('try again to record the deliveries in quarantine')
    .description(
      'Tries again to record each delivery in quarantine, for example after an upgrade of clientfold. Deliveries that are recorded leave the quarantine, and so do deliveries of erased clients. All others stay and are named on stderr.',
    )
    .addOption(storeOption())
    .addHelpText(
      'after',
      helpFooter({
        example: 'clientfold quarantine retry --store sqlite:clients.db',
        exitCodes: { 0: 'the quarantine is empty', 1: 'some deliveries stay', 2: STORE_FAILED },
      }),
    )
    .action(async (options: StoreArguments) => {
      setExitCode(await retry(options))
    })
}

interface DeliveryCommand {
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly footer: HelpFooter
  readonly run: (id: string) => (options: StoreArguments) => Promise<number>
}

const SHOW: DeliveryCommand = {
  name: 'show',
  summary: 'write the body of a delivery',
  description: 'Writes the body of a delivery as it was received, byte for byte.',
  footer: {
    example: 'clientfold quarantine show msg_123 > body.json',
    exitCodes: { 0: 'the body was written', 1: 'there is no such delivery', 2: STORE_FAILED },
  },
  run: show,
}

const REMOVE: DeliveryCommand = {
  name: 'remove',
  summary: 'remove a delivery, permanently',
  description:
    'Removes a delivery from the quarantine. It does not ask for confirmation and cannot be undone.',
  footer: {
    example: 'clientfold quarantine remove msg_123',
    exitCodes: { 0: 'the delivery was removed', 1: 'there is no such delivery', 2: STORE_FAILED },
  },
  run: remove,
}

const addDeliveryCommand = (
  group: Command,
  { name, summary, description, footer, run }: DeliveryCommand,
  setExitCode: SetExitCode,
): void => {
  group
    .command(name)
    .summary(summary)
    .description(description)
    .argument('<DELIVERY>', 'the id of the delivery')
    .addOption(storeOption())
    .addHelpText('after', helpFooter(footer))
    .action(async (id: string, options: StoreArguments) => {
      setExitCode(await run(id)(options))
    })
}

/** `clientfold quarantine`. */
export const addQuarantine = (program: Command, setExitCode: SetExitCode): void => {
  const group = program
    .command('quarantine')
    .summary('list, show, retry or remove deliveries that could not be recorded')
    .description(
      'The quarantine of a store keeps webhook deliveries that are genuine but could not be recorded. They are kept exactly as received, so they may contain personal data.',
    )
    .addHelpText('after', '\nExample:\n  clientfold quarantine list')
  addList(group, setExitCode)
  addRetry(group, setExitCode)
  addDeliveryCommand(group, SHOW, setExitCode)
  addDeliveryCommand(group, REMOVE, setExitCode)
}
