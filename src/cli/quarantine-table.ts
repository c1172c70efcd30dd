import Table from 'cli-table3'
import type { QuarantinedDelivery } from '../event-store/quarantine.js'
import { printable } from './printable.js'
import { secondOf } from './table-time.js'

/** A table of the deliveries in quarantine, without their bodies. */
export const quarantineTable = (
  deliveries: ReadonlyArray<Omit<QuarantinedDelivery, 'body'> & { readonly bytes: number }>,
): string => {
  const table = new Table({
    head: ['delivery', 'received (UTC)', 'bytes', 'why it is not recorded'],
    colAligns: ['left', 'left', 'right', 'left'],
    // No colours, because the table may be written to a file.
    style: { head: [], border: [], compact: true },
  })
  for (const { id, receivedAt, bytes, reason } of deliveries) {
    table.push([printable(id), secondOf(receivedAt), String(bytes), printable(reason)])
  }
  return `${table.toString()}\n`
}
