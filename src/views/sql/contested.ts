import { setImmediate } from 'node:timers/promises'
import type { SqlDatabase, SqlRow, SqlStatement, SqlWork } from '../../event-store/sql-database.js'
import { versionOf } from './rows.js'

/** How many sessions are read at a time: SQLite works in this thread. */
const PAGE = 500

/** The ids of the sessions that several clients claim: those of which a version is not shown. */
export const readContested = async ({
  read,
  schema,
}: SqlDatabase): Promise<ReadonlyArray<string>> => {
  const ids: string[] = []
  for (let last = ''; ;) {
    const statement: SqlStatement = {
      text: `select session_key, min(version) as version from ${schema}view_sessions
        where is_shown = 0 and session_key > ? group by session_key order by session_key limit ${PAGE}`,
      values: [last],
    }
    const rows = await read(function* (): SqlWork<ReadonlyArray<SqlRow>> {
      return yield statement
    })
    for (const { version } of rows) ids.push(versionOf(String(version)).session.id)
    if (rows.length < PAGE) return ids
    last = String(rows.at(-1)?.session_key)
    await setImmediate()
  }
}
