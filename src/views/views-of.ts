import type { EventStore } from '../event-store/event-store.js'
import type { SqlDatabase } from '../event-store/sql-database.js'
import { createViews } from './create-views.js'
import { createMemoryViewsEngine } from './memory/engine.js'
import { createSqlViewsEngine } from './sql/engine.js'
import type { Views } from './views.js'

/** Where views are kept. */
export type ViewsPlace = 'memory' | SqlDatabase

/**
 * The views of a store.
 *
 * @param place - unless given, the database of the store; in memory if it has none
 */
export const createViewsOf = (
  store: EventStore,
  place: ViewsPlace = store.sql ?? 'memory',
): Views =>
  place === 'memory'
    ? // As long as the process needs for it: no other process could finish it sooner.
      createViews(createMemoryViewsEngine(), store, { longestWaitMilliseconds: 2 ** 31 - 1 })
    : createViews(createSqlViewsEngine(place), store)
