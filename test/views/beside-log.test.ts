import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { fold } from '../../src/domain/fold.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import type { SqlDatabase } from '../../src/event-store/sql-database.js'
import { compareNewestFirst } from '../../src/events/order.js'
import { toClient } from '../../src/projections/client.js'
import { toSessions } from '../../src/projections/sessions.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { arbitraryEvent } from '../../src/testing/index.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { DRIVERS, newPath } from '../stores/sqlite/given.js'

const arbitraryId = fc.constantFrom('client_1', 'client_2', 'client_3')
const arbitraryEventOfSome = arbitraryId
  .chain((clientId) => arbitraryEvent({ clientId }))
  .map(({ id: _id, recorded_at: _recordedAt, ...event }) => event)

/** What one of two processes does before both are asked. */
const arbitraryStep = fc.record({
  by: fc.constantFrom<0 | 1>(0, 1),
  work: fc.oneof(
    { weight: 4, arbitrary: arbitraryEventOfSome.map((event) => ({ event })) },
    { weight: 1, arbitrary: arbitraryId.map((erased) => ({ erased })) },
    { weight: 2, arbitrary: fc.constant({ nothing: true } as const) },
  ),
})

/** A store that counts the statements of its read models. */
const counting = (store: EventStore) => {
  const { sql } = store
  if (sql === undefined) throw new Error('the store has no database')
  let statements = 0
  const counted: SqlDatabase = {
    ...sql,
    read: (work) =>
      sql.read(function* () {
        const steps = work()
        let step = steps.next()
        while (step.done !== true) {
          statements += 1
          step = steps.next(yield step.value)
        }
        return step.value
      }),
  }
  return { store: { ...store, sql: counted }, statements: () => statements }
}

const expectedOf = async (store: EventStore) => {
  const events = []
  for await (const { event } of store.readAll()) events.push(event)
  const states = [...fold(events).values()]
  return {
    clients: states.flatMap((state) => toClient(state)).sort(compareNewestFirst),
    sessions: toSessions(states),
  }
}

const describeWith = (
  name: string,
  runs: number,
  open: () => Promise<() => Promise<EventStore>>,
) => {
  describe(name, () => {
    let opened: ReadonlyArray<ReturnType<typeof counting>> = []
    beforeAll(async () => {
      const openOne = await open()
      opened = [counting(await openOne()), counting(await openOne())]
    })
    afterAll(async () => {
      for (const { store } of opened) await store.close()
    })

    it('every list has what was recorded before, and nothing erased, by whichever process', async () => {
      const [one, other] = opened
      if (one === undefined || other === undefined) throw new Error('two stores are open')
      const both = [one, other] as const
      const clients = both.map(({ store }) => openClients({ store }))
      await fc.assert(
        fc.asyncProperty(fc.array(arbitraryStep, { minLength: 1, maxLength: 6 }), async (steps) => {
          for (const { by, work } of steps) {
            if ('event' in work) await both[by].store.record([work.event])
            if ('erased' in work) await both[by].store.eraseClient(work.erased)
            const expected = await expectedOf(one.store)
            for (const asked of clients) {
              const all = { at: 'recorded', limit: 40 } as const
              const [list, sessions] = [await asked.list(all), await asked.sessions(all)]
              expect(list.totalCount).toBe(expected.clients.length)
              expect(list.data).toEqual(expected.clients.slice(0, 40))
              expect(sessions.totalCount).toBe(expected.sessions.length)
              expect(sessions.data).toEqual(expected.sessions.slice(0, 40))
            }
          }
        }),
        { numRuns: runs },
      )
    })

    it('a list is one statement while nothing is recorded', async () => {
      const [one] = opened
      if (one === undefined) throw new Error('a store is open')
      const clients = openClients({ store: one.store })
      await clients.list()
      await clients.list()
      const before = one.statements()
      await clients.list({ limit: 3 })
      await clients.sessions({ userId: 'user_1' })
      await clients.session('sess_1')
      expect(one.statements() - before).toBe(3)
      // The page was kept, and the statement asks whether it is still right.
      await clients.list({ limit: 3 })
      expect(one.statements() - before).toBe(4)
    })
  })
}

for (const driver of DRIVERS) {
  describeWith(`views beside a log in SQLite (${driver})`, 10, async () => {
    const path = await newPath()
    return () => openSqliteStore({ path, driver })
  })
}
describeWithPostgres('views beside a log in PostgreSQL', (server) => {
  describeWith('a schema', 8, () => Promise.resolve(() => openPostgresStore(server().url())))
})
