import type { LookUpRow } from '../kit/look-ups.js'
import type { LookUpName } from '../kit/store-engine.js'
import type { StorageKey } from '../kit/storage-key.js'
import type { Query } from './connection.js'

const TABLES = { sessions: 'session_clients', users: 'user_clients' } as const

const PAGE = 1000

/** The event keys of a client by revision. */
export const readEventKeys = async (
  query: Query,
  schema: string,
  clientKey: StorageKey,
): Promise<ReadonlyMap<number, StorageKey>> => {
  const rows = await query<{ readonly revision: string; readonly event_key: StorageKey }>(
    `select revision, event_key from ${schema}.events where client_key = $1`,
    [clientKey],
    'prepared',
  )
  return new Map(rows.map(({ revision, event_key: key }) => [Number(revision), key]))
}

/** How many rows a look-up has. */
export const countLookUp = async (
  query: Query,
  schema: string,
  lookUp: LookUpName,
): Promise<number> => {
  const [row] = await query<{ readonly count: string }>(
    `select count(*) as count from ${schema}.${TABLES[lookUp]}`,
  )
  return Number(row?.count ?? 0)
}

/** All rows of a look-up, page by page. */
export async function* readLookUpPages(
  query: Query,
  schema: string,
  lookUp: LookUpName,
): AsyncGenerator<ReadonlyArray<LookUpRow>, void> {
  let last: LookUpRow = ['', '']
  for (;;) {
    const rows = await query<{ readonly key: StorageKey; readonly client_key: StorageKey }>(
      `select key, client_key from ${schema}.${TABLES[lookUp]}
      where (key, client_key) > ($1, $2) order by key, client_key limit ${PAGE}`,
      [...last],
    )
    const page = rows.map((row): LookUpRow => [row.key, row.client_key])
    const end = page.at(-1)
    if (end === undefined) return
    yield page
    last = end
  }
}
