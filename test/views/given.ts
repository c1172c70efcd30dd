import { afterAll, beforeAll, describe } from 'vitest'
import type { SqlDatabase } from '../../src/event-store/sql-database.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { createMemoryViewsEngine } from '../../src/views/memory/engine.js'
import { createSqlViewsEngine } from '../../src/views/sql/engine.js'
import type { ViewsEngine } from '../../src/views/views-engine.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { DRIVERS, newPath } from '../stores/sqlite/given.js'

/** A kind of views, and how many runs of a property it can do in the time of a fast test. */
export interface GivenViews {
  readonly runs: number
  /** Engines over the same empty views, as several processes have them. */
  readonly engines: (count: number) => Promise<ReadonlyArray<ViewsEngine>>
}

/** Opens views, and removes all that they hold. */
export const emptied = async (engine: ViewsEngine): Promise<ViewsEngine> => {
  await engine.open()
  await engine.reset(await engine.progress())
  return engine
}

/** Runs tests with views in each kind of database, which are on a database without a log. */
export const describeWithSqlViews = (
  tests: (database: () => SqlDatabase, runs: number) => void,
): void => {
  const describeWith = (name: string, runs: number, open: () => Promise<EventStore>): void => {
    describe(name, () => {
      let store: EventStore | undefined
      beforeAll(async () => {
        store = await open()
      })
      afterAll(async () => {
        await store?.close()
      })
      tests(() => {
        if (store?.sql === undefined) throw new Error('the store has no database')
        return store.sql
      }, runs)
    })
  }
  for (const driver of DRIVERS) {
    describeWith(`views in SQLite (${driver})`, 60, async () =>
      openSqliteStore({ path: await newPath(), driver }),
    )
  }
  describeWithPostgres('views in PostgreSQL', (server) => {
    describeWith('a schema', 8, () => openPostgresStore(server().url()))
  })
}

/** Runs tests with every kind of views. */
export const describeWithViews = (tests: (given: GivenViews) => void): void => {
  describe('views in memory', () => {
    tests({
      runs: 100,
      engines: (count) => {
        const engine = createMemoryViewsEngine()
        return Promise.resolve(Array.from({ length: count }, () => engine))
      },
    })
  })
  describeWithSqlViews((database, runs) => {
    tests({
      runs,
      engines: async (count) => {
        const engine = await emptied(createSqlViewsEngine(database()))
        return Array.from({ length: count }, () => engine)
      },
    })
  })
}
