import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { foldClient } from '../../src/domain/fold.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { CorruptRecord, StoreUnavailable } from '../../src/event-store/store-error.js'
import { clientIdOf } from '../../src/events/client-event.js'
import { compareNewestFirst } from '../../src/events/order.js'
import { SESSION_STATUSES } from '../../src/events/session.js'
import { statusAt } from '../../src/projections/session.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { arbitraryTime } from '../../src/testing/index.js'
import { createViews } from '../../src/views/create-views.js'
import { createSqlViewsEngine } from '../../src/views/sql/engine.js'
import { rowKeyOf } from '../../src/views/sql/row-key.js'
import { aSession, aSessionEvent, DAY, T0 } from '../given.js'
import { idsOf, THREE_CLIENTS } from '../clients/given.js'
import { describeWithSqlViews, emptied } from './given.js'

describeWithSqlViews((database, runs) => {
  const givenEngine = () => emptied(createSqlViewsEngine(database()))

  it('a row that the log does not give is gone after a rebuild', async () => {
    const store = openMemoryStore()
    await store.record(THREE_CLIENTS)
    const engine = await givenEngine()
    const views = createViews(engine, store)
    const planted = foldClient([aSessionEvent({ client_id: 'planted', id: 'sess_planted' })])
    if (planted.id === null) throw new Error('the client exists')
    await views.catchUp()
    await engine.join(
      { states: new Map([['planted', planted]]), damages: [] },
      await engine.progress(),
      {
        position: await store.lastPosition(),
        unfinished: undefined,
      },
    )
    const all = { limit: 9, offset: 0 }
    expect(idsOf(await views.clients(all))).toContain('planted')
    await views.rebuild()
    expect(idsOf(await views.clients(all))).toEqual(['c', 'b', 'a'])
    expect((await views.session('sess_planted')).session).toBeNull()
    expect(await views.status()).toMatchObject({ clients: 3, sessions: 3, eventsBehind: 0 })
  })

  it('a status by the clock is selected as statusAt reads it', async () => {
    const store = openMemoryStore()
    const engine = await givenEngine()
    const views = createViews(engine, store)
    const arbitraryTimes = fc.record({ expire_at: arbitraryTime(), abandon_at: arbitraryTime() })
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryTimes, { minLength: 1, maxLength: 3 }),
        fc.oneof(arbitraryTime(), fc.constantFrom(undefined, T0 + 0.5, -T0)),
        async (times, otherClock) => {
          await engine.reset(await engine.progress())
          const sessions = times.flatMap((each, index) =>
            SESSION_STATUSES.map((status) =>
              aSession({ ...each, status, id: `${status}_${index}`, created_at: T0 + index }),
            ),
          )
          const state = foldClient(sessions.map((session) => aSessionEvent(session)))
          if (state.id === null) throw new Error('the client exists')
          await engine.join(
            { states: new Map([[state.id, state]]), damages: [] },
            await engine.progress(),
            {
              position: await store.lastPosition(),
              unfinished: undefined,
            },
          )
          const bounds = times.flatMap(({ expire_at, abandon_at }) => [expire_at, abandon_at])
          for (const at of [otherClock, ...bounds, ...bounds.map((time) => time - 1)]) {
            for (const status of SESSION_STATUSES) {
              const expected = sessions
                .filter((session) => statusAt(session, at) === status)
                .sort(compareNewestFirst)
                .map(({ id }) => id)
              const { found } = await engine.sessions({ status, at, limit: Infinity, offset: 0 })
              expect(idsOf(found)).toEqual(expected)
              expect(found.totalCount).toBe(expected.length)
            }
          }
        },
      ),
      { numRuns: Math.ceil(runs / 3) },
    )
    await views.close()
  })

  it('a damaged record is left out and counted once, until its client is erased', async () => {
    const store = openMemoryStore()
    await store.record(THREE_CLIENTS)
    const damaged: EventStore = {
      ...store,
      readClient: (clientId, from) =>
        clientId === 'b'
          ? Promise.reject(new CorruptRecord(null, 'checksum', { clientId }))
          : store.readClient(clientId, from),
      readAll: async function* (from = {}) {
        for await (const recorded of store.readAll({ after: from.after })) {
          if (clientIdOf(recorded.event) !== 'b') yield recorded
          else from.onDamage?.(new CorruptRecord(recorded.position, 'checksum', { clientId: 'b' }))
        }
      },
    }
    const engine = await givenEngine()
    const clients = openClients({ store: damaged, viewsIn: database() })
    expect(await clients.list({ limit: 1 })).toMatchObject({ totalCount: 2, damaged: 1 })
    expect(await clients.sessions({})).toMatchObject({ totalCount: 2, damaged: 1 })
    // A question about the damaged client itself gets no answer that could lack something.
    await expect(clients.session('sess_2')).rejects.toThrow(CorruptRecord)
    await expect(clients.sessions({ clientId: 'b' })).rejects.toThrow(CorruptRecord)
    expect((await clients.session('sess_1'))?.client_id).toBe('a')
    await engine.reset(await engine.progress())
    expect((await clients.list()).damaged).toBe(1)
    expect(await clients.views.status()).toMatchObject({ damaged: 1 })
    await engine.replace([{ clientId: 'b', state: undefined }], await engine.progress(), 0)
    expect(await engine.progress()).toMatchObject({ clients: 2, damaged: 0 })
    await clients.close()
  })

  it('a build that was interrupted goes on where it was, and lacks nothing that came meanwhile', async () => {
    const store = openMemoryStore()
    const eventOf = (index: number) =>
      aSessionEvent({ client_id: `client_${index}`, id: `sess_${index}`, created_at: T0 + index })
    for (let index = 0; index < 10; index++) await store.record([eventOf(index)])
    const engine = { ...(await givenEngine()), batchSize: 2 }
    let joins = 0
    const interrupted = createViews(
      {
        ...engine,
        join: (...args) => {
          if ((joins += 1) > 3) throw new StoreUnavailable('unreachable', 'the process ended')
          return engine.join(...args)
        },
      },
      store,
    )
    await expect(interrupted.catchUp()).rejects.toThrow('the process ended')
    expect(await engine.progress()).toMatchObject({ clients: 6 })
    await store.record([eventOf(10)])
    let read = 0
    const views = createViews(engine, {
      ...store,
      readAll: async function* (from) {
        for await (const recorded of store.readAll(from)) {
          read += 1
          yield recorded
        }
      },
    })
    await views.catchUp()
    // Five events that were missing, and the last one again: it came after the first reading began.
    expect(read).toBe(6)
    expect(await engine.progress()).toMatchObject({ clients: 11, unfinished: undefined })
  })

  it('an event that commits late is joined, also if the build was interrupted meanwhile', async () => {
    const store = openMemoryStore()
    for (let index = 0; index < 10; index++) {
      await store.record([aSessionEvent({ client_id: `client_${index}`, id: `sess_${index}` })])
    }
    // The fifth event has its place, and its transaction is still open.
    let isOpen = true
    const late: EventStore = {
      ...store,
      logEnd: async () => {
        const { position, marker } = await store.logEnd()
        return { position: isOpen ? '4' : position, marker }
      },
      readAll: async function* (from) {
        for await (const recorded of store.readAll(from)) {
          if (!isOpen || recorded.position !== '5') yield recorded
        }
      },
    }
    const engine = { ...(await givenEngine()), batchSize: 2 }
    let joins = 0
    const interrupted = createViews(
      {
        ...engine,
        join: (...args) => {
          if ((joins += 1) > 3) throw new Error('the process ended')
          return engine.join(...args)
        },
      },
      late,
    )
    await expect(interrupted.catchUp()).rejects.toThrow('the process ended')
    expect(await engine.progress()).toMatchObject({ clients: 6, unfinished: { reached: '7' } })
    isOpen = false
    const views = createViews(engine, late)
    expect((await views.clients({ limit: Infinity, offset: 0 })).totalCount).toBe(10)
  })

  it('a client that lost events is not replaced by what was read before another event was joined', async () => {
    const store = openMemoryStore()
    await store.record(THREE_CLIENTS)
    const engine = await givenEngine()
    const other = createViews(engine, store)
    await other.catchUp()
    await store.record([
      aSessionEvent({ id: 'sess_5', client_id: 'a', user_id: 'user_5', created_at: T0 + 5 }),
    ])
    await store.eraseUser('user_5')
    let isFirst = true
    const views = createViews(
      {
        ...engine,
        replace: async (...args) => {
          if (isFirst) {
            isFirst = false
            await store.record([
              aSessionEvent({ id: 'sess_6', client_id: 'a', created_at: T0 + 6 }),
            ])
            // As another process does that has not seen the erasure yet.
            const from = await engine.progress()
            const state = foldClient([
              aSessionEvent({ id: 'sess_6', client_id: 'a', created_at: T0 + 6 }),
            ])
            if (state.id === null) throw new Error('the client exists')
            const position = await store.lastPosition()
            const batch = { states: new Map([['a', state]]), damages: [] }
            await engine.join(batch, from, { position, unfinished: undefined })
          }
          return engine.replace(...args)
        },
      },
      store,
    )
    const { data } = await views.sessions({ clientId: 'a', limit: 9, offset: 0, at: undefined })
    expect(data.map(({ id }) => id)).toEqual(['sess_6', 'sess_1'])
  })

  it('a question about views that are far behind is refused after a while, and the views catch up', async () => {
    const store = openMemoryStore()
    await store.record(THREE_CLIENTS)
    const engine = await givenEngine()
    let go = (): void => undefined
    const gate = new Promise<void>((resolve) => (go = resolve))
    const views = createViews(
      { ...engine, join: (...args) => gate.then(() => engine.join(...args)) },
      store,
      { longestWaitMilliseconds: 20 },
    )
    await expect(views.clients({ limit: 1, offset: 0 })).rejects.toMatchObject({ reason: 'busy' })
    go()
    await views.catchUp()
    expect((await views.clients({ limit: 1, offset: 0 })).totalCount).toBe(3)
  })

  it('what is appended through Clients reaches the views without a question', async () => {
    const engine = await givenEngine()
    const clients = openClients({ store: openMemoryStore(), viewsIn: database() })
    await clients.record(THREE_CLIENTS)
    await expect.poll(async () => (await engine.progress()).clients, { timeout: 10_000 }).toBe(3)
    await clients.close()
  })

  it('a list includes what another process recorded and lacks what it erased', async () => {
    const store = openMemoryStore()
    await givenEngine()
    const [one, other] = [
      openClients({ store, viewsIn: database() }),
      openClients({ store, viewsIn: database() }),
    ]
    await one.record(THREE_CLIENTS)
    expect(idsOf(await other.list())).toEqual(['c', 'b', 'a'])
    await other.record(aSessionEvent({ client_id: 'd', id: 'sess_4', created_at: T0 + DAY }))
    expect(idsOf(await one.list())).toEqual(['d', 'c', 'b', 'a'])
    await one.eraseUser('user_2')
    expect(idsOf(await other.sessions({}))).toEqual(['sess_4', 'sess_3', 'sess_1'])
    expect(await other.sessions({ userId: 'user_2' })).toEqual({ data: [], totalCount: 0 })
    await one.close()
  })
})

it('row keys, compared byte by byte, have the order of the ids, and no two ids have one key', () => {
  const alike = fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))
  const property = ([left, right]: readonly [string, string]): void => {
    const [a, b] = [rowKeyOf(left), rowKeyOf(right)]
    expect(Buffer.compare(Buffer.from(a), Buffer.from(b))).toBe(
      left < right ? -1 : left > right ? 1 : 0,
    )
    expect(a).toMatch(/^[ -~]*$/)
  }
  fc.assert(fc.property(alike, property), {
    examples: [[['\u{ffff}', '\u{1f600}']], [['a', 'a\u0000']], [['a~', 'a}']], [['', ' ']]],
  })
  const long = 'x'.repeat(5000)
  expect(rowKeyOf(`${long}1`)).not.toBe(rowKeyOf(`${long}2`))
  expect(rowKeyOf(long).length).toBeLessThan(500)
  expect(rowKeyOf('client_2xZrQm4kTnA9bWcLp')).toBe('client_2xZrQm4kTnA9bWcLp')
})
