import type { QuarantinePlace, QuarantineRecord } from '../kit/quarantine-record.js'
import type { QuarantineEngine } from '../kit/quarantine-engine.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { Query } from './connection.js'

/**
 * The table of the quarantine, since version 2 of the schema. Without statistics, like all tables that
 * hold erasable data. The server keeps long bodies in a table beside it, and rewrites both together.
 */
export const quarantineTableStatements = (schema: string): string => `
create table ${schema}.quarantined (
  delivery_key text collate "C" primary key,
  received_at bigint not null,
  about text not null,
  body bytea not null
);
alter table ${schema}.quarantined alter delivery_key set statistics 0,
  alter about set statistics 0, alter body set statistics 0;
`

interface PlaceRow {
  readonly key: StorageKey
  /** Decimal digits: the driver returns 64-bit integers as texts. */
  readonly receivedAt: string
  readonly about: string
}

interface RecordRow extends PlaceRow {
  readonly body: Uint8Array
}

const PLACE = 'delivery_key as key, received_at::text as "receivedAt", about'

const readPlaces = async (
  query: Query,
  schema: string,
): Promise<ReadonlyArray<QuarantinePlace>> => {
  const rows = await query<PlaceRow>(`select ${PLACE} from ${schema}.quarantined`)
  return rows.map(({ receivedAt, ...row }) => ({ ...row, receivedAt: Number(receivedAt) }))
}

const readRecords = async (
  query: Query,
  schema: string,
  keys: ReadonlyArray<StorageKey>,
): Promise<ReadonlyArray<QuarantineRecord>> => {
  const rows = await query<RecordRow>(
    `select ${PLACE}, body from ${schema}.quarantined where delivery_key = any($1)`,
    [keys],
  )
  return rows.map(({ receivedAt, ...row }) => ({ ...row, receivedAt: Number(receivedAt) }))
}

/** Turns `synchronous_commit` on: the role may have it off, but a kept delivery must be durable. */
export const DURABLY = `(select case when current_setting('synchronous_commit') = 'off'
  then set_config('synchronous_commit', 'on', true) end) durably`

/** The quarantine in a schema. */
export const createQuarantineEngine = (query: Query, schema: string): QuarantineEngine => ({
  keep: async ({ key, receivedAt, about, body }) => {
    await query(
      `insert into ${schema}.quarantined select $1, $2, $3, $4 from ${DURABLY}
      on conflict do nothing`,
      [key, receivedAt, about, body],
    )
  },
  places: () => readPlaces(query, schema),
  size: async () => {
    const [row] = await query<{ deliveries: string; oldest: string | null }>(
      `select count(*) as deliveries, min(received_at)::text as oldest from ${schema}.quarantined`,
    )
    const { deliveries = '0', oldest = null } = row ?? {}
    return {
      deliveries: Number(deliveries),
      oldestReceivedAt: oldest === null ? null : Number(oldest),
    }
  },
  read: (keys) => readRecords(query, schema, keys),
  remove: async (key) => {
    // Looked up first: a deletion whose answer is lost is done again, and then there is no row any more.
    const found = await query(`select from ${schema}.quarantined where delivery_key = $1`, [key])
    if (found.length === 0) return false
    await query(`delete from ${schema}.quarantined where delivery_key = $1`, [key])
    return true
  },
})
