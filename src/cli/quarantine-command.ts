import type { Command } from 'commander'
import { openClients } from '../clients/clients.js'
import type { EventStore } from '../event-store/event-store.js'
import { retryQuarantined, type RetryOutcome } from '../webhooks/retry.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { quarantineTable } from './quarantine-table.js'
import { storeOption, type StoreArguments } from './store-url.js'

/** So many deliveries that stay are named one by one; the others are counted. */
const MOST_NAMED = 20

const NONE = 'there is no delivery of that id in the quarantine\n'

const write = async (data: string | Uint8Array): Promise<void> => {
  const output = standardOutput()
  await output.write(data)
  await output.done()
}

const onStore =
  (work: (store: EventStore) => Promise<number>) =>
  ({ store: url }: StoreArguments): Promise<number> =>
    withStore(url, { mustExist: true }, work)

const list = onStore(async ({ quarantine }) => {
  const deliveries = []
  for await (const { body, ...delivery } of quarantine.all()) {
    deliveries.push({ ...delivery, bytes: body.length })
  }
  await write(deliveries.length === 0 ? 'the quarantine is empty\n' : quarantineTable(deliveries))
  return EXIT.ok
})

const summaryOf = (counts: Record<RetryOutcome['_tag'], number>): string =>
  `recorded ${counts.Recorded}, duplicates ${counts.Duplicate}, ` +
  `erased ${counts.Erased}, left ${counts.Quarantined}\n`

const retry = onStore(async (store) => {
  const counts = { Recorded: 0, Duplicate: 0, Erased: 0, Quarantined: 0 }
  for await (const retried of retryQuarantined(openClients({ store }))) {
    counts[retried._tag] += 1
    if (retried._tag === 'Quarantined' && counts.Quarantined <= MOST_NAMED) {
      process.stderr.write(`${printable(retried.id)}: ${printable(retried.reason)}\n`)
    }
  }
  const unnamed = counts.Quarantined - MOST_NAMED
  if (unnamed > 0) process.stderr.write(`… and ${unnamed} more\n`)
  await write(summaryOf(counts))
  return counts.Quarantined === 0 ? EXIT.ok : EXIT.refused
})

const show = (id: string): ((options: StoreArguments) => Promise<number>) =>
  onStore(async ({ quarantine }) => {
    for await (const delivery of quarantine.all()) {
      if (delivery.id !== id) continue
      await write(delivery.body)
      return EXIT.ok
    }
    process.stderr.write(NONE)
    return EXIT.refused
  })

const remove = (id: string): ((options: StoreArguments) => Promise<number>) =>
  onStore(async ({ quarantine }) => {
    if (await quarantine.remove(id)) return EXIT.ok
    process.stderr.write(NONE)
    return EXIT.refused
  })

const addList = (group: Command, end: (code: number) => void): void => {
  group
    .command('list')
    .description('Lists the deliveries in quarantine: when they came, and why they are there.')
    .addOption(storeOption())
    .addHelpText('after', '\nExit codes: 0 listed, 2 wrong usage or a failure of the store.')
    .action(async (options: StoreArguments) => {
      end(await list(options))
    })
}

const addRetry = (group: Command, end: (code: number) => void): void => {
  group
    .command('retry')
    .description(
      'Tries once more to record each delivery, as after an upgrade. What is recorded leaves the quarantine, and so does what speaks of an erased client. What stays is named on stderr.',
    )
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing is left, 1 something is, 2 wrong usage or a failure of the store.',
    )
    .action(async (options: StoreArguments) => {
      end(await retry(options))
    })
}

const addOne = (
  group: Command,
  name: string,
  description: string,
  run: (id: string) => (options: StoreArguments) => Promise<number>,
  end: (code: number) => void,
): void => {
  group
    .command(name)
    .description(description)
    .argument('<DELIVERY>', 'the id of the delivery')
    .addOption(storeOption())
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 there is no such delivery, 2 wrong usage or a failure of the store.',
    )
    .action(async (id: string, options: StoreArguments) => {
      end(await run(id)(options))
    })
}

/** `clientfold quarantine`. */
export const addQuarantine = (program: Command, end: (code: number) => void): void => {
  const group = program
    .command('quarantine')
    .summary('list, show, retry or remove deliveries that could not be recorded')
    .description(
      'Deliveries of webhooks that are genuine, and that could not be recorded, wait in the quarantine of the store. They are kept as they came, with personal data.',
    )
  addList(group, end)
  addRetry(group, end)
  addOne(group, 'show', 'Writes the body of a delivery as it came, byte for byte.', show, end)
  addOne(group, 'remove', 'Removes a delivery, without asking.', remove, end)
}
