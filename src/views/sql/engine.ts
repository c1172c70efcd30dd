import { setImmediate } from 'node:timers/promises'
import type { ExistingClient } from '../../domain/state.js'
import type { Created } from '../../events/order.js'
import type { SqlDatabase, SqlRow, SqlStatement, SqlWork } from '../../event-store/sql-database.js'
import {
  isSameBuild,
  type Answer,
  type Bounds,
  type Damage,
  type Found,
  type Place,
  type Progress,
  type ViewsEngine,
} from '../views-engine.js'
import { clearViews } from './clear.js'
import { readContested } from './contested.js'
import { joinStepsOf } from './join-steps.js'
import { joinStates, noteDamages, removeClients, type Growth } from './join.js'
import {
  clientsIn,
  clientsPage,
  placeOf,
  sessionIn,
  sessionsIn,
  sessionsPage,
  sessionStatement,
  type After,
  type PageRow,
} from './pages.js'
import { createPortion, transactionAfter } from './portion.js'
import { lockProgress, readProgress, readProgressBesideLog, writeProgress } from './progress.js'
import { clientIdIn } from './rows.js'
import { among } from './statements.js'
import { scanByStatus } from './status-scan.js'
import { hasTables, openTables } from './tables.js'
import type { ViewsDatabase } from './views-database.js'

/** The most entries that are read at a time, and how many are read first on SQLite. */
const PAGE = 512
const FIRST_PAGE = 128

/** How many events are joined at a time. */
const BATCH_SIZE = 5000

/** How long a transaction takes further clients, in milliseconds. SQLite works in this thread. */
const TRANSACTION_AFTER: Readonly<Record<SqlDatabase['dialect'], (commit: number) => number>> = {
  sqlite: transactionAfter,
  postgres: () => Infinity,
}

/** Reads a part of a list, page by page. */
const readPages = async <A extends Created>(
  { read, dialect }: SqlDatabase,
  { limit, offset, after }: Bounds & { readonly after?: After | undefined },
  statementOf: (limit: number, offset: number, last: After | undefined) => SqlStatement,
  pageIn: (row: SqlRow | undefined) => PageRow<A>,
): Promise<Answer<Found<A>>> => {
  const data: A[] = []
  const isLocal = dialect === 'sqlite'
  const portion = createPortion(isLocal ? FIRST_PAGE : PAGE, PAGE)
  let first: PageRow<A> | undefined
  let [last, skipped] = [after, offset]
  for (;;) {
    const count = Math.min(portion.size(), limit - data.length)
    const statement = statementOf(count, skipped, last)
    const page = await read(function* (): SqlWork<PageRow<A>> {
      const started = performance.now()
      const [row] = yield statement
      const entries = pageIn(row)
      if (isLocal) portion.took(performance.now() - started)
      return entries
    })
    first ??= page
    for (const entry of page.entries) data.push(entry)
    const end = page.entries.at(-1)
    if (page.entries.length < count || data.length >= limit || end === undefined) {
      const { totalCount, damaged, standing } = first
      return { found: { data, totalCount, damaged }, standing }
    }
    last = placeOf(end)
    skipped = 0
  }
}

const grown = (progress: Progress, { clients, sessions, damaged }: Growth): Progress => ({
  ...progress,
  clients: progress.clients + clients,
  sessions: progress.sessions + sessions,
  damaged: progress.damaged + damaged,
})

/**
 * Joins some of the states in one transaction, until a time is over. With the last ones, it notes damages and
 * the place. Without the place, all states are joined again, which changes nothing.
 *
 * @param steps - the states that are joined between two looks at the clock
 * @returns how many steps are done; undefined if the views were rebuilt meanwhile
 */
function* joinSome(
  database: SqlDatabase,
  steps: ReadonlyArray<ReadonlyArray<ExistingClient>>,
  damages: ReadonlyArray<Damage>,
  from: Progress,
  place: Place | undefined,
  milliseconds: number,
  isDurable: boolean,
): SqlWork<number | undefined> {
  const started = performance.now()
  let now = yield* lockProgress(database, isDurable)
  if (!isSameBuild(from, now)) return undefined
  let done = 0
  for (const step of steps) {
    if (done > 0 && performance.now() - started >= milliseconds) break
    now = grown(now, yield* joinStates(database, step))
    done += 1
  }
  if (done === steps.length) {
    now = { ...grown(now, yield* noteDamages(database, damages)), ...place }
  }
  yield writeProgress(database, now)
  return done
}

/** Settings of views in tables. */
export interface SqlViewsSettings {
  /** Whether the log of which the views are made lies in the same database; false unless given. */
  readonly isBesideLog?: boolean
  /** How long a transaction takes further clients, after how long the last commit took, in milliseconds. */
  readonly transactionAfter?: (commit: number) => number
}

/** Views in tables of a database. */
export const createSqlViewsEngine = (
  database: SqlDatabase,
  {
    isBesideLog = false,
    transactionAfter: millisecondsAfter = TRANSACTION_AFTER[database.dialect],
  }: SqlViewsSettings = {},
): ViewsEngine => {
  const { schema, dialect, read, write } = database
  const views: ViewsDatabase = { ...database, marker: isBesideLog ? database.logMarker : 'null' }
  return {
    isKept: true,
    exists: () => hasTables(database),
    batchSize: BATCH_SIZE,
    open: () => openTables(database),
    progress: () => read(() => readProgress(database)),
    ...(isBesideLog && { progressBesideLog: () => read(() => readProgressBesideLog(views)) }),
    identity: () => database.identity(),
    join: async ({ states, damages, inOneTransaction, isDurable = false }, from, place) => {
      let milliseconds = inOneTransaction ? Infinity : millisecondsAfter(0)
      // Rows that are near each other in an index are written together.
      const sorted = [...states.values()].sort((one, other) => (one.id < other.id ? -1 : 1))
      const left = milliseconds === Infinity ? [sorted] : [...joinStepsOf(sorted)]
      for (;;) {
        let commitsAt = 0
        const done = await write(function* () {
          const count = yield* joinSome(
            database,
            left,
            damages,
            from,
            place,
            milliseconds,
            isDurable,
          )
          commitsAt = performance.now()
          return count
        }, isDurable)
        if (done === undefined) return false
        if (!inOneTransaction) milliseconds = millisecondsAfter(performance.now() - commitsAt)
        left.splice(0, done)
        if (left.length === 0) return true
        await setImmediate()
      }
    },
    clientIdsOf: (hashes) =>
      read(function* () {
        const rows = yield {
          text: `select about from ${schema}view_clients where ${among(database, 'client_hash')}`,
          values: [hashes],
        }
        return rows.map(clientIdIn)
      }),
    replace: (clients, from, erasures) =>
      write(function* () {
        const now = yield* lockProgress(database)
        if (!isSameBuild(from, now) || from.changes !== now.changes) return false
        const removed = yield* removeClients(
          database,
          clients.map(({ clientId }) => clientId),
        )
        const joined = yield* joinStates(
          database,
          clients.flatMap(({ state }) => state ?? []),
        )
        yield writeProgress(database, { ...grown(grown(now, removed), joined), erasures })
        return true
      }),
    reset: (from) => clearViews(database, from),
    clients: (bounds) =>
      readPages(database, bounds, (...part) => clientsPage(views, ...part), clientsIn),
    sessions: async ({ after: last, ...request }) => {
      const after = last && placeOf(last)
      const { userId, clientId, status } = request
      const isScan = status !== undefined && userId === undefined && clientId === undefined
      if (isScan && dialect === 'sqlite') {
        return { found: await scanByStatus(database, { ...request, after }) }
      }
      return readPages(
        database,
        { ...request, after },
        (...part) => sessionsPage(views, request, ...part),
        sessionsIn,
      )
    },
    session: (sessionId) =>
      read(function* () {
        const [row] = yield sessionStatement(views, sessionId)
        return sessionIn(row)
      }),
    contestedSessions: () => readContested(database),
  }
}
