import { setImmediate } from 'node:timers/promises'
import type { ExistingClient } from '../../domain/state.js'
import type { SqlDatabase, SqlRow, SqlStatement, SqlWork } from '../../event-store/sql-database.js'
import {
  isSameBuild,
  type Bounds,
  type Damage,
  type Found,
  type Place,
  type Progress,
  type ViewsEngine,
} from '../views-engine.js'
import { clearViews } from './clear.js'
import { joinStepsOf } from './join-steps.js'
import { joinStates, noteDamages, removeClients, type Growth } from './join.js'
import { clientsIn, clientsPage, sessionsPage, type After } from './pages.js'
import { createPortion, PORTION_MS } from './portion.js'
import { lockProgress, readProgress, writeProgress } from './progress.js'
import { rowKeyOf } from './row-key.js'
import { clientIdIn, versionOf } from './rows.js'
import { among } from './statements.js'
import { scanByStatus } from './status-scan.js'
import { hasTables, openTables } from './tables.js'

/** The most entries that are read at a time, and how many are read first on SQLite. */
const PAGE = 512
const FIRST_PAGE = 128

/** How many events are joined at a time. */
const BATCH_SIZE = 5000

/**
 * How long a transaction takes further clients, in milliseconds. SQLite works in this thread, and its commit
 * takes about as long again.
 */
const LONGEST_TRANSACTION_MS = { sqlite: PORTION_MS, postgres: Infinity } as const

/** Reads a part of a list, page by page. */
const readPages = async <A>(
  { read, dialect }: SqlDatabase,
  { limit, offset, after }: Bounds & { readonly after?: After | undefined },
  statementOf: (limit: number, offset: number, last: After | undefined) => SqlStatement,
  entriesIn: (rows: ReadonlyArray<SqlRow>) => ReadonlyArray<A>,
  afterOf: (row: SqlRow) => After,
): Promise<Found<A>> => {
  const data: A[] = []
  const isLocal = dialect === 'sqlite'
  const portion = createPortion(isLocal ? FIRST_PAGE : PAGE, PAGE)
  let counts: { readonly totalCount: number; readonly damaged: number } | undefined
  let [last, skipped] = [after, offset]
  for (;;) {
    const count = Math.min(portion.size(), limit - data.length)
    const statement = statementOf(count, skipped, last)
    const { rows, entries } = await read(function* () {
      const started = performance.now()
      const rows = yield statement
      const entries = entriesIn(rows)
      if (isLocal) portion.took(performance.now() - started)
      return { rows, entries }
    })
    for (const entry of entries) data.push(entry)
    const [first] = rows
    counts ??= { totalCount: Number(first?.total), damaged: Number(first?.damaged) }
    const end = rows.at(-1)
    if (entries.length < count || data.length >= limit || end === undefined) {
      return { data, ...counts }
    }
    last = afterOf(end)
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

/**
 * Views in tables of a database.
 *
 * @param longestTransaction - how long a transaction takes further clients, in milliseconds
 */
export const createSqlViewsEngine = (
  database: SqlDatabase,
  longestTransaction: number = LONGEST_TRANSACTION_MS[database.dialect],
): ViewsEngine => {
  const { schema, dialect, read, write } = database
  return {
    isKept: true,
    exists: () => hasTables(database),
    batchSize: BATCH_SIZE,
    open: () => openTables(database),
    progress: () => read(() => readProgress(database)),
    identity: () => database.identity(),
    join: async ({ states, damages, inOneTransaction, isDurable = false }, from, place) => {
      const milliseconds = inOneTransaction ? Infinity : longestTransaction
      // Rows that are near each other in an index are written together.
      const sorted = [...states.values()].sort((one, other) => (one.id < other.id ? -1 : 1))
      const left = milliseconds === Infinity ? [sorted] : [...joinStepsOf(sorted)]
      for (;;) {
        const done = await write(
          () => joinSome(database, left, damages, from, place, milliseconds, isDurable),
          isDurable,
        )
        if (done === undefined) return false
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
      readPages(
        database,
        bounds,
        (...part) => clientsPage(database, ...part),
        clientsIn,
        (row) => ({ createdAt: Number(row.created_at), key: String(row.client_key) }),
      ),
    sessions: ({ after: last, ...request }) => {
      const after = last && { createdAt: last.created_at, key: rowKeyOf(last.id) }
      const { userId, clientId, status } = request
      const isScan = status !== undefined && userId === undefined && clientId === undefined
      if (isScan && dialect === 'sqlite') return scanByStatus(database, { ...request, after })
      return readPages(
        database,
        { ...request, after },
        (...part) => sessionsPage(database, request, ...part),
        (rows) =>
          rows.flatMap((row) =>
            row.version === null ? [] : versionOf(String(row.version)).session,
          ),
        (row) => ({ createdAt: Number(row.created_at), key: String(row.session_key) }),
      )
    },
    session: (sessionId) =>
      read(function* () {
        const [row] = yield {
          text: `select p.damaged, s.version from ${schema}view_progress p
            left join ${schema}view_sessions s on s.session_key = ? and s.is_shown = 1
            where p.one = 1`,
          values: [rowKeyOf(sessionId)],
        }
        const version = row?.version
        return {
          session: version == null ? null : versionOf(String(version)).session,
          damaged: Number(row?.damaged),
        }
      }),
  }
}
