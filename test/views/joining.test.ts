import { expect, it } from 'vitest'
import type { SqlDatabase } from '../../src/event-store/sql-database.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { createViews } from '../../src/views/create-views.js'
import { createSqlViewsEngine } from '../../src/views/sql/engine.js'
import { aSessionEvent, T0 } from '../given.js'
import { describeWithSqlViews, emptied } from './given.js'

describeWithSqlViews((database) => {
  it('what is joined in several transactions counts as joined after the last one', async () => {
    const store = openMemoryStore()
    const events = Array.from({ length: 50 }, (_, n) =>
      aSessionEvent({ id: `sess_${n}`, client_id: `client_${n}`, created_at: T0 + n }),
    )
    await store.record(events)
    let [transactions, fails] = [0, true]
    const failing: SqlDatabase = {
      ...database(),
      write: (work) => {
        transactions += 1
        if (fails && transactions === 3) throw new StoreUnavailable('storage', 'no power')
        return database().write(work)
      },
    }
    await emptied(createSqlViewsEngine(database()))
    const engine = createSqlViewsEngine(failing, { transactionAfter: () => 0 })
    const views = createViews(engine, store)
    transactions = 0
    await expect(views.catchUp()).rejects.toThrow('no power')
    expect(await engine.progress()).toMatchObject({ position: undefined, clients: 40 })
    fails = false
    const { data, totalCount } = await views.clients({ limit: 50, offset: 0 })
    expect([data.length, totalCount]).toEqual([50, 50])
    expect(transactions).toBe(6)
    expect(await views.status()).toMatchObject({ clients: 50, sessions: 50, eventsBehind: 0 })
  })
})
