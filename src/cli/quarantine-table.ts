import type { QuarantinedDelivery } from '../event-store/quarantine.js'
import type { Screen } from './screen.js'
import type { Column } from './table-column.js'
import { secondOf } from './table-time.js'
import { tableText } from './table.js'

const COLUMNS: ReadonlyArray<Column> = [
  { title: 'delivery', kind: 'id' },
  { title: 'received', kind: 'value' },
  { title: 'bytes', kind: 'value', align: 'right' },
  { title: 'why not recorded', kind: 'text' },
]

/** A table of the deliveries in quarantine, without their bodies. */
export const quarantineTable = (
  deliveries: ReadonlyArray<Omit<QuarantinedDelivery, 'body'> & { readonly bytes: number }>,
  screen: Screen,
): string => {
  const rows = deliveries.map(({ id, receivedAt, bytes, reason }) => [
    id,
    secondOf(receivedAt, screen),
    String(bytes),
    reason,
  ])
  return tableText({ columns: COLUMNS, rows }, screen)
}
