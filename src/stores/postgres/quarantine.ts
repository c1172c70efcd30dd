import { namesClient } from '../kit/mentions-client.js'
import { inOrder, quarantineRecordOf, readQuarantined } from '../kit/quarantine-record.js'
import type { Quarantine, QuarantinedDelivery } from '../../event-store/quarantine.js'
import { keyOf, type StorageKey } from '../kit/storage-key.js'
import type { Query } from './database.js'

/**
 * The table of the quarantine, which came with version 2 of the schema. Without statistics, as all
 * that can be erased; bodies are long, and stand in a table beside it, which goes where it goes.
 */
export const quarantineTable = (schema: string): string => `
create table ${schema}.quarantined (
  delivery_key text collate "C" primary key,
  received_at bigint not null,
  about text not null,
  body bytea not null
);
alter table ${schema}.quarantined alter delivery_key set statistics 0,
  alter about set statistics 0, alter body set statistics 0;
`

interface Row {
  readonly key: StorageKey
  /** As text: the driver gives 64-bit integers so. */
  readonly receivedAt: string
  readonly about: string
}

const KEYS = 'delivery_key as key, received_at::text as "receivedAt", about'

/** How many bodies are in memory at a time: of 256 KiB each, if they come from webhooks. */
const PAGE = 16

const pageOf = async (
  query: Query,
  schema: string,
  keys: ReadonlyArray<StorageKey>,
): Promise<ReadonlyMap<StorageKey, QuarantinedDelivery>> => {
  const rows = await query<Row & { readonly body: Uint8Array }>(
    `select ${KEYS}, body from ${schema}.quarantined where delivery_key = any($1)`,
    [keys],
  )
  return new Map(
    rows.map(({ key, receivedAt, about, body }) => [
      key,
      readQuarantined({ receivedAt: Number(receivedAt), about, body }),
    ]),
  )
}

async function* readPages(
  query: Query,
  schema: string,
): AsyncGenerator<readonly [StorageKey, QuarantinedDelivery], void> {
  const rows = await query<Row>(`select ${KEYS} from ${schema}.quarantined`)
  const keys = inOrder(
    rows.map(({ receivedAt, ...row }) => ({ ...row, receivedAt: Number(receivedAt) })),
  )
  for (let start = 0; start < keys.length; start += PAGE) {
    const wanted = keys.slice(start, start + PAGE)
    const page = await pageOf(query, schema, wanted)
    for (const key of wanted) {
      const delivery = page.get(key)
      if (delivery !== undefined) yield [key, delivery]
    }
  }
}

/** Deletes what names a client. */
export const deleteNaming = async (
  query: Query,
  schema: string,
  clientId: string,
): Promise<void> => {
  const naming: StorageKey[] = []
  for await (const [key, { body }] of readPages(query, schema)) {
    if (namesClient(body, clientId)) naming.push(key)
  }
  if (naming.length === 0) return
  await query(`delete from ${schema}.quarantined where delivery_key = any($1)`, [naming])
}

/** A role may have been set not to wait for the disk; what is kept here is acknowledged. */
const DURABLY = `(select case when current_setting('synchronous_commit') = 'off'
  then set_config('synchronous_commit', 'on', true) end) durably`

/**
 * The quarantine in a schema.
 *
 * @param whileOpen - does some work unless the store is closed
 */
export const createQuarantine = (
  query: Query,
  schema: string,
  whileOpen: <A>(work: () => Promise<A>) => Promise<A>,
): Quarantine => ({
  keep: (delivery) =>
    whileOpen(async () => {
      const { key, receivedAt, about, body } = quarantineRecordOf(delivery)
      await query(
        `insert into ${schema}.quarantined select $1, $2, $3, $4 from ${DURABLY}
        on conflict do nothing`,
        [key, receivedAt, about, body],
      )
    }),
  all: async function* () {
    const pages = await whileOpen(() => Promise.resolve(readPages(query, schema)))
    for await (const [, delivery] of pages) yield whileOpen(() => Promise.resolve(delivery))
  },
  remove: (id) =>
    whileOpen(async () => {
      const removed = await query(
        `delete from ${schema}.quarantined where delivery_key = $1 returning 1`,
        [keyOf(id)],
      )
      return removed.length > 0
    }),
})
