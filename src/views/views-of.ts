import type { EventStore } from '../event-store/event-store.js'
import type { SqlDatabase } from '../event-store/sql-database.js'
import { StoreUnavailable } from '../event-store/store-error.js'
import { systemOfSql } from '../telemetry/observed-store.js'
import type { StoreSystem, Telemetry } from '../telemetry/telemetry.js'
import { createViews } from './create-views.js'
import { createMemoryViewsEngine } from './memory/engine.js'
import { createSqlViewsEngine } from './sql/engine.js'
import { observedViews, observedViewsEngine } from './observed-views.js'
import type { Views } from './views.js'
import type { ViewsEngine } from './views-engine.js'

/** Where views are kept. */
export type ViewsPlace = 'memory' | SqlDatabase

/** How long the views in memory serve before the kept ones are tried again. */
const DENIED_MS = 60_000

/** The longest time that a timer can wait: 24 days. */
const NO_BOUND_MS = 2 ** 31 - 1

/** An engine as it is made, or one that reports what it does. */
type Observe = (engine: ViewsEngine) => ViewsEngine

/** No other process could make them sooner, so a question waits as long as it takes. */
const createMemoryViews = (store: EventStore, observe: Observe): Views =>
  createViews(observe(createMemoryViewsEngine()), store, {
    longestWaitMilliseconds: NO_BOUND_MS,
  })

const isDenied = (error: unknown): boolean =>
  error instanceof StoreUnavailable && error.reason === 'denied'

/** Kept views, and views in memory while this process may not write the kept ones. */
const orInMemory = (kept: Views, createInMemory: () => Views): Views => {
  let inMemory: Views | undefined
  let deniedUntil = 0
  const ask = async <A>(question: (views: Views) => Promise<A>): Promise<A> => {
    if (performance.now() >= deniedUntil) {
      try {
        const answer = await question(kept)
        inMemory = undefined
        return answer
      } catch (error) {
        if (!isDenied(error)) throw error
        deniedUntil = performance.now() + DENIED_MS
      }
    }
    inMemory ??= createInMemory()
    return question(inMemory)
  }
  return {
    ...kept,
    clients: (bounds) => ask((views) => views.clients(bounds)),
    sessions: (request) => ask((views) => views.sessions(request)),
    session: (sessionId) => ask((views) => views.session(sessionId)),
    clientIdsOf: (hashes) => ask((views) => views.clientIdsOf(hashes)),
    contestedSessions: () => ask((views) => views.contestedSessions()),
    close: async () => {
      await inMemory?.close()
      await kept.close()
    },
  }
}

/**
 * The views of a store. A process that may only read the database folds the log into memory instead,
 * which takes about a kilobyte for each session.
 *
 * @param place - unless given, the database of the store; in memory if it has none
 */
export const createViewsOf = (
  store: EventStore,
  place: ViewsPlace = store.sql ?? 'memory',
  telemetry?: Telemetry,
): Views => {
  const system: StoreSystem = place === 'memory' ? 'other' : systemOfSql(place)
  const observe: Observe = (engine) =>
    telemetry === undefined ? engine : observedViewsEngine(engine, system, telemetry)
  const createInMemory = (): Views => createMemoryViews(store, observe)
  const createKept = (database: SqlDatabase): Views => {
    const engine = createSqlViewsEngine(database, { isBesideLog: database === store.sql })
    return orInMemory(createViews(observe(engine), store), createInMemory)
  }
  const views = place === 'memory' ? createInMemory() : createKept(place)
  return telemetry === undefined ? views : observedViews(views, system, telemetry)
}
