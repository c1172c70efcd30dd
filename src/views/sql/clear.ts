import type { SqlDatabase, SqlWork } from '../../event-store/sql-database.js'
import { NO_PROGRESS, type Progress } from '../views-engine.js'
import { PORTION_MS } from './portion.js'
import { lockProgress, writeProgress } from './progress.js'

const TABLES = ['view_sessions', 'view_clients', 'view_damages'] as const

/** How many rows are deleted between two looks at the clock. */
const ROWS = 50

/** Deletes some rows of a table; false if it has none. */
function* deleteSome({ schema }: SqlDatabase, table: string): SqlWork<boolean> {
  const rows = yield {
    text: `select rowid as id from ${schema}${table} order by rowid limit ${ROWS}`,
  }
  const last = rows.at(-1)
  if (last === undefined) return false
  const values = [Number(last.id)]
  yield { text: `delete from ${schema}${table} where rowid <= ?`, values, isSilent: true }
  return true
}

/** Deletes rows until a time is over; true if none is left. */
function* deleteRows(database: SqlDatabase): SqlWork<boolean> {
  const started = performance.now()
  for (const table of TABLES) {
    while (yield* deleteSome(database, table)) {
      if (performance.now() - started >= PORTION_MS) return false
    }
  }
  return true
}

/** Notes that the views begin again; false if another process has noted it. */
function* begin(database: SqlDatabase, from: Progress): SqlWork<boolean> {
  const now = yield* lockProgress(database)
  if (now.build !== from.build) return false
  if (now.isBeingCleared) return true
  const { build, changes } = now
  const isBeingCleared = database.dialect === 'sqlite'
  // To delete each row takes PostgreSQL longer than a statement may take.
  if (!isBeingCleared) {
    const tables = TABLES.map((table) => `${database.schema}${table}`)
    yield { text: `truncate ${tables.join(', ')}`, isSilent: true }
  }
  yield writeProgress(database, { ...NO_PROGRESS, build: build + 1, changes, isBeingCleared })
  return isBeingCleared
}

/** Deletes some of the rows that are left; true if that was the last of them. */
function* clearSome(database: SqlDatabase): SqlWork<boolean> {
  const now = yield* lockProgress(database)
  if (!now.isBeingCleared) return true
  const isEmpty = yield* deleteRows(database)
  yield writeProgress(database, { ...now, isBeingCleared: !isEmpty })
  return isEmpty
}

/**
 * Removes all rows of views, unless they were rebuilt since `from`. On SQLite that takes many transactions,
 * because it deletes in this thread. The progress says so until the last of them, and whichever process reads
 * it then goes on.
 */
export const clearViews = async (database: SqlDatabase, from: Progress): Promise<void> => {
  if (!(await database.write(() => begin(database, from)))) return
  while (!(await database.write(() => clearSome(database))));
}
