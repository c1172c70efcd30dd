import type { SqlDatabase, SqlRow, SqlStatement, SqlWork } from '../../event-store/sql-database.js'
import type { Position } from '../../event-store/recorded-event.js'
import { StoreUnavailable } from '../../event-store/store-error.js'
import type { Progress, ProgressBesideLog, Standing } from '../views-engine.js'
import type { ViewsDatabase } from './views-database.js'

/** The row has an empty text for what is undefined. */
const positionOf = (value: SqlRow[string] | undefined): Position | undefined =>
  value === '' || value === undefined ? undefined : String(value)

/** In the column `reached` without a `next`: the views are being cleared. */
const BEING_CLEARED = 'being cleared'

const progressOf = (row: SqlRow | undefined): Progress => {
  if (row === undefined) {
    throw new StoreUnavailable(
      'foreign',
      'the views of the store lack their row of progress: drop the tables view_progress, view_clients, view_sessions and view_damages, and the views are rebuilt',
    )
  }
  const [next, reached] = [positionOf(row.next), positionOf(row.reached)]
  return {
    build: Number(row.build),
    isBeingCleared: next === undefined && reached === BEING_CLEARED,
    changes: Number(row.changes),
    position: positionOf(row.position),
    unfinished: next === undefined || reached === undefined ? undefined : { next, reached },
    erasures: Number(row.erasures),
    clients: Number(row.clients),
    sessions: Number(row.sessions),
    damaged: Number(row.damaged),
  }
}

/** Reads the progress. */
export function* readProgress({ schema }: SqlDatabase): SqlWork<Progress> {
  const [row] = yield { text: `select * from ${schema}view_progress where one = 1` }
  return progressOf(row)
}

/** The columns of a standing, from a row `p` of progress. */
export const standingColumns = ({ marker }: ViewsDatabase): string =>
  `p.build, p.changes, ${marker} as marker`

/** The standing in a row with those columns. */
export const standingOf = (row: SqlRow | undefined): Standing => ({
  build: Number(row?.build),
  changes: Number(row?.changes),
  marker: row?.marker == null ? null : String(row.marker),
})

/** Reads the progress, and how far the log is in the same moment. */
export function* readProgressBesideLog({
  schema,
  marker,
}: ViewsDatabase): SqlWork<ProgressBesideLog> {
  // With a value, because only such a statement is prepared.
  const [row] = yield {
    text: `select p.*, ${marker} as marker from ${schema}view_progress p where one = ?`,
    values: [1],
  }
  return { ...progressOf(row), ...standingOf(row) }
}

/**
 * Reads the progress, which nothing else changes until the transaction ends. On PostgreSQL it also makes the
 * transaction use indexes: before the server has statistics of new tables, it would read them whole. And its
 * commit waits for no sync, unless it must be durable: the views can be made again.
 */
export function* lockProgress(
  { schema, dialect }: SqlDatabase,
  isDurable = false,
): SqlWork<Progress> {
  // On SQLite, a transaction that writes is the only one.
  const [row] = yield dialect === 'sqlite'
    ? { text: `select * from ${schema}view_progress where one = 1` }
    : {
        text: `select p.*, set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)${
          isDurable ? '' : ", set_config('synchronous_commit', 'off', true)"
        } from ${schema}view_progress p where one = 1 for update`,
      }
  return progressOf(row)
}

/** Writes the progress, and counts the change. */
export const writeProgress = ({ schema }: SqlDatabase, progress: Progress): SqlStatement => {
  const { build, isBeingCleared, changes, position, unfinished, ...counts } = progress
  const { erasures, clients, sessions, damaged } = counts
  return {
    text: `update ${schema}view_progress set build = ?, changes = ?, position = ?, next = ?, reached = ?,
    erasures = ?, clients = ?, sessions = ?, damaged = ? where one = 1`,
    values: [
      ...[build, changes + 1, position ?? '', unfinished?.next ?? ''],
      isBeingCleared ? BEING_CLEARED : (unfinished?.reached ?? ''),
      ...[erasures, clients, sessions, damaged],
    ],
    isSilent: true,
  }
}
