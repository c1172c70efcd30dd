import { setImmediate } from 'node:timers/promises'
import type { ExistingClient } from '../../domain/state.js'
import type { SqlDatabase, SqlRow, SqlStatement, SqlWork } from '../../event-store/sql-database.js'
import {
  isSameBuild,
  NO_PROGRESS,
  type Bounds,
  type Damage,
  type Found,
  type Place,
  type Progress,
  type ViewsEngine,
} from '../views-engine.js'
import { joinStates, noteDamages, removeClients, type Growth } from './join.js'
import { clientsIn, clientsPage, sessionsPage, type After } from './pages.js'
import { lockProgress, readProgress, writeProgress } from './progress.js'
import { rowKeyOf } from './row-key.js'
import { clientIdIn, versionOf } from './rows.js'
import { among } from './statements.js'
import { hasTables, openTables } from './tables.js'

/** How many entries are read at a time. */
const PAGE = 500

/** How many events are joined at a time. */
const BATCH_SIZE = 5000

/** How many clients are joined between two looks at the clock. */
const CLIENTS_OF_A_STEP = 20

/**
 * How long a transaction takes further clients, in milliseconds. SQLite works in this thread, and its commit
 * takes about as long again.
 */
const LONGEST_TRANSACTION_MS = { sqlite: 8, postgres: Infinity } as const

/** Reads a part of a list, page by page. */
const readPages = async <A>(
  { read }: SqlDatabase,
  { limit, offset, after }: Bounds & { readonly after?: After | undefined },
  statementOf: (limit: number, offset: number, last: After | undefined) => SqlStatement,
  entriesIn: (rows: ReadonlyArray<SqlRow>) => ReadonlyArray<A>,
  afterOf: (row: SqlRow) => After,
): Promise<Found<A>> => {
  const data: A[] = []
  let counts: { readonly totalCount: number; readonly damaged: number } | undefined
  let [last, skipped] = [after, offset]
  for (;;) {
    const count = Math.min(PAGE, limit - data.length)
    const statement = statementOf(count, skipped, last)
    const rows = await read(function* (): SqlWork<ReadonlyArray<SqlRow>> {
      return yield statement
    })
    const entries = entriesIn(rows)
    for (const entry of entries) data.push(entry)
    const [first] = rows
    counts ??= { totalCount: Number(first?.total), damaged: Number(first?.damaged) }
    const end = rows.at(-1)
    if (entries.length < PAGE || data.length >= limit || end === undefined) {
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
 * @returns how many states are joined; undefined if the views were rebuilt meanwhile
 */
function* joinSome(
  database: SqlDatabase,
  states: ReadonlyArray<ExistingClient>,
  damages: ReadonlyArray<Damage>,
  from: Progress,
  place: Place | undefined,
  milliseconds: number,
  isDurable: boolean,
): SqlWork<number | undefined> {
  const started = performance.now()
  let now = yield* lockProgress(database, isDurable)
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
      const left = [...states.values()].sort((one, other) => (one.id < other.id ? -1 : 1))
      for (;;) {
        const joined = await write(
          () => joinSome(database, left, damages, from, place, milliseconds, isDurable),
          isDurable,
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
        bounds,
        (...part) => clientsPage(database, ...part),
        clientsIn,
        (row) => ({ createdAt: Number(row.created_at), key: String(row.client_key) }),
      ),
    sessions: ({ after, ...request }) =>
      readPages(
        database,
        { ...request, after: after && { createdAt: after.created_at, key: rowKeyOf(after.id) } },
        (...part) => sessionsPage(database, request, ...part),
        (rows) =>
          rows.flatMap((row) =>
            row.version === null ? [] : versionOf(String(row.version)).session,
          ),
        (row) => ({ createdAt: Number(row.created_at), key: String(row.session_key) }),
      ),
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
