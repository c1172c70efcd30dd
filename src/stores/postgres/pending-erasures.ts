import type { PendingErasureEngine, PendingErasureRow } from '../kit/pending-erasures.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { Query } from './connection.js'
import { DURABLY } from './quarantine.js'

/** The table of scheduled erasures. Without statistics, because it holds ids. */
export const pendingErasureTableStatements = (schema: string): string => `
create table ${schema}.pending_erasures (
  user_key text collate "C" primary key,
  user_id text not null,
  due_at bigint
);
alter table ${schema}.pending_erasures
  alter user_key set statistics 0, alter user_id set statistics 0;
`

interface Row {
  readonly key: StorageKey
  readonly userId: string
  /** Decimal digits: the driver returns 64-bit integers as texts. */
  readonly dueAt: string | null
}

const COLUMNS = 'user_key as key, user_id as "userId", due_at::text as "dueAt"'

const timeOf = (text: string | null): number | null => (text === null ? null : Number(text))

const rowOf = ({ dueAt, ...row }: Row): PendingErasureRow => ({ ...row, dueAt: timeOf(dueAt) })

/** The scheduled erasures in a schema. */
export const createPendingErasureEngine = (query: Query, schema: string): PendingErasureEngine => {
  const table = `${schema}.pending_erasures`
  const read = async (key: StorageKey): Promise<PendingErasureRow | undefined> => {
    const [row] = await query<Row>(`select ${COLUMNS} from ${table} where user_key = $1`, [key])
    return row === undefined ? undefined : rowOf(row)
  }
  return {
    schedule: async ({ key, userId, dueAt }) => {
      const [row] = await query<Pick<Row, 'dueAt'>>(
        // Not only least(), which takes null for no value.
        `insert into ${table} as p select $1, $2, $3::bigint from ${DURABLY}
        on conflict (user_key) do update set due_at =
          case when p.due_at is not null then least(p.due_at, excluded.due_at) end
        returning due_at::text as "dueAt"`,
        [key, userId, dueAt],
      )
      return timeOf(row?.dueAt ?? null)
    },
    callOff: async (key) => {
      // Looked up first: a change whose answer is lost is done again, and then it is called off already.
      const row = await read(key)
      if (row === undefined || row.dueAt === null) return false
      await query(`update ${table} set due_at = null from ${DURABLY} where user_key = $1`, [key])
      return true
    },
    rows: async () => (await query<Row>(`select ${COLUMNS} from ${table}`)).map(rowOf),
    row: read,
    remove: async (key) => {
      if ((await read(key)) === undefined) return
      await query(`delete from ${table} where user_key = $1`, [key])
    },
  }
}
