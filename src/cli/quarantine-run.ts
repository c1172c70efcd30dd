import { openClients } from '../clients/clients.js'
import type { EventStore } from '../event-store/event-store.js'
import { retryQuarantined, type RetryOutcome } from '../webhooks/retry.js'
import { EXIT } from './exit-code.js'
import { withStore } from './open-store.js'
import { standardOutput } from './output.js'
import { printable } from './printable.js'
import { quarantineTable } from './quarantine-table.js'
import type { ScreenArguments } from './screen-options.js'
import { screenOf } from './screen.js'
import { storeNameOf, type StoreArguments } from './store-url.js'

/** How many deliveries that stay are named one by one; the others are counted. */
const MAX_NAMED = 20

const write = async (data: string | Uint8Array): Promise<void> => {
  const output = standardOutput()
  await output.write(data)
  await output.done()
}

const onStore =
  (work: (store: EventStore, url: string) => Promise<number>) =>
  ({ store: url }: StoreArguments): Promise<number> =>
    withStore(url, { mustExist: true }, (store) => work(store, url))

/** Runs `clientfold quarantine list`, and answers its exit code. */
export const list = ({ store, ...screen }: StoreArguments & ScreenArguments): Promise<number> =>
  withStore(store, { mustExist: true, readOnly: true }, async ({ quarantine }) => {
    const deliveries = []
    for await (const { body, ...delivery } of quarantine.all()) {
      deliveries.push({ ...delivery, bytes: body.length })
    }
    await write(
      deliveries.length === 0
        ? 'the quarantine is empty\n'
        : quarantineTable(deliveries, screenOf(screen)),
    )
    return EXIT.ok
  })

const summaryOf = (counts: Record<RetryOutcome['_tag'], number>): string =>
  `recorded ${counts.Recorded}, duplicates ${counts.Duplicate}, ` +
  `erased ${counts.Erased}, left ${counts.Quarantined}\n`

/** Runs `clientfold quarantine retry`, and answers its exit code. */
export const retry = onStore(async (store) => {
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

/** Runs `clientfold quarantine show`, and answers its exit code. */
export const show = (id: string): ((options: StoreArguments) => Promise<number>) =>
  onStore(async ({ quarantine }, url) => {
    for await (const delivery of quarantine.all()) {
      if (delivery.id !== id) continue
      await write(delivery.body)
      return EXIT.ok
    }
    return refuseUnknown(url)
  })

/** Runs `clientfold quarantine remove`, and answers its exit code. */
export const remove = (id: string): ((options: StoreArguments) => Promise<number>) =>
  onStore(async ({ quarantine }, url) =>
    (await quarantine.remove(id)) ? EXIT.ok : refuseUnknown(url),
  )
