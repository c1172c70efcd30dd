import { setImmediate } from 'node:timers/promises'
import type { ExistingClient } from '../../domain/state.js'
import type { Created } from '../../events/order.js'
import type { SqlDatabase, SqlRow, SqlStatement, SqlWork } from '../../event-store/sql-database.js'
import {
  isSameBuild,
  NO_PROGRESS,
  type Answer,
  type Bounds,
  type Damage,
  type Found,
  type Place,
  type Progress,
  type ViewsEngine,
} from '../views-engine.js'
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
import { lockProgress, readProgress, readProgressBesideLog, writeProgress } from './progress.js'
import { clientIdIn } from './rows.js'
import { among } from './statements.js'
import { hasTables, openTables } from './tables.js'
import type { ViewsDatabase } from './views-database.js'

/** How many entries are read at a time. A client comes with its sessions. */
const SESSIONS_OF_A_PAGE = 500
const CLIENTS_OF_A_PAGE = 100

/** How many events are joined at a time. */
const BATCH_SIZE = 5000

/** How many clients are joined between two looks at the clock. */
const CLIENTS_OF_A_STEP = 20

/**
 * How long a transaction takes further clients, in milliseconds. SQLite works in this thread, and its commit
 * takes about as long again.
 */
const LONGEST_TRANSACTION_MS = { sqlite: 8, postgres: Infinity } as const

/** Which part of a list is read, and how many entries at a time. */
interface PagesRequest extends Bounds {
  readonly after?: After | undefined
  readonly most: number
}

/** Reads a part of a list, page by page. */
const readPages = async <A extends Created>(
  { read }: SqlDatabase,
  { limit, offset, after, most }: PagesRequest,
  statementOf: (limit: number, offset: number, last: After | undefined) => SqlStatement,
  pageIn: (row: SqlRow | undefined) => PageRow<A>,
): Promise<Answer<Found<A>>> => {
  const data: A[] = []
  let first: PageRow<A> | undefined
  let [last, skipped] = [after, offset]
  for (;;) {
    const count = Math.min(most, limit - data.length)
    const statement = statementOf(count, skipped, last)
    const page = await read(function* (): SqlWork<PageRow<A>> {
      const [row] = yield statement
      return pageIn(row)
    })
    first ??= page
    for (const entry of page.entries) data.push(entry)
    const end = page.entries.at(-1)
    if (page.entries.length < most || data.length >= limit || end === undefined) {
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
 * @returns how many states are joined; undefined if the views were rebuilt meanwhile
 */
function* joinSome(
  database: SqlDatabase,
  states: ReadonlyArray<ExistingClient>,
  damages: ReadonlyArray<Damage>,
  from: Progress,
  place: Place,
  milliseconds: number,
): SqlWork<number | undefined> {
  const started = performance.now()
  let now = yield* lockProgress(database)
  if (!isSameBuild(from, now)) return undefined
  const step = milliseconds === Infinity ? states.length : CLIENTS_OF_A_STEP
  let joined = 0
  while (joined < states.length && (joined === 0 || performance.now() - started < milliseconds)) {
    now = grown(now, yield* joinStates(database, states.slice(joined, joined + step)))
    joined = Math.min(joined + step, states.length)
  }
  if (joined === states.length) {
    now = { ...grown(now, yield* noteDamages(database, damages)), ...place }
  }
  yield writeProgress(database, now)
  return joined
}

/** Settings of views in tables. */
export interface SqlViewsSettings {
  /** Whether the log of which the views are made lies in the same database; false unless given. */
  readonly isBesideLog?: boolean
  /** How long a transaction takes further clients, in milliseconds. */
  readonly longestTransaction?: number
}

/** Views in tables of a database. */
export const createSqlViewsEngine = (
  database: SqlDatabase,
  {
    isBesideLog = false,
    longestTransaction = LONGEST_TRANSACTION_MS[database.dialect],
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
    join: async ({ states, damages, inOneTransaction }, from, place) => {
      const milliseconds = inOneTransaction ? Infinity : longestTransaction
      // Rows that are near each other in an index are written together.
      const left = [...states.values()].sort((one, other) => (one.id < other.id ? -1 : 1))
      for (;;) {
        const joined = await write(() =>
          joinSome(database, left, damages, from, place, milliseconds),
        )
        if (joined === undefined) return false
        left.splice(0, joined)
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
    reset: (from) =>
      write(function* () {
        const now = yield* lockProgress(database)
        if (now.build !== from.build) return
        const tables = ['clients', 'sessions', 'damages'].map((name) => `${schema}view_${name}`)
        // To delete each row takes PostgreSQL longer than a statement may take.
        if (dialect === 'postgres') yield { text: `truncate ${tables.join(', ')}`, isSilent: true }
        else for (const table of tables) yield { text: `delete from ${table}`, isSilent: true }
        const { build, changes } = now
        yield writeProgress(database, { ...NO_PROGRESS, build: build + 1, changes })
      }),
    clients: (bounds) =>
      readPages(
        database,
        { ...bounds, most: CLIENTS_OF_A_PAGE },
        (...part) => clientsPage(views, ...part),
        clientsIn,
      ),
    sessions: ({ after, ...request }) =>
      readPages(
        database,
        { ...request, after: after && placeOf(after), most: SESSIONS_OF_A_PAGE },
        (...part) => sessionsPage(views, request, ...part),
        sessionsIn,
      ),
    session: (sessionId) =>
      read(function* () {
        const [row] = yield sessionStatement(views, sessionId)
        return sessionIn(row)
      }),
  }
}
