import { expect, it } from 'vitest'
import { ForeignPosition } from '../../../src/event-store/store-error.js'
import { openPostgresStore, postgresGrants } from '../../../src/stores/postgres/index.js'
import {
  accepted,
  anEvent,
  deliveryOf,
  describeWithPostgres,
  firstOf,
  givenStore,
  idsIn,
  readEverything,
  refusalOf,
  rejectionOf,
} from './given.js'

describeWithPostgres('the life of a PostgreSQL store', (server) => {
  it('every position has the life of its store, and reading on from each gives the rest', async () => {
    const { store } = await givenStore(server())
    const one = accepted(await store.append('a', [anEvent('a', 'msg_1')], 0)).recorded
    const two = accepted(
      await store.append('b', [anEvent('b', 'msg_2'), anEvent('b', 'msg_3')], 0),
    ).recorded
    accepted(await store.append('b', [anEvent('b', 'msg_3'), anEvent('b', 'msg_4')], 2))
    const all = await readEverything(store)
    const lives = new Set(all.map(({ position }) => position.split(':')[0]))
    expect(lives.size).toBe(1)
    expect([...lives][0]).toMatch(/^[0-9a-f]{10}$/)
    expect([...one, ...two]).toEqual(all.slice(0, 3))
    expect([...(await store.readClient('a')), ...(await store.readClient('b'))]).toEqual(all)
    for (const [place, { position }] of all.entries()) {
      const rest: string[] = []
      for await (const each of store.readAll({ after: position })) rest.push(deliveryOf(each))
      expect(rest).toEqual(all.slice(place + 1).map(deliveryOf))
    }
    expect((await store.lastPosition()).split(':')[0]).toBe([...lives][0])
    await store.close()
  })

  it('a position of another database, schema or kind of store is refused', async () => {
    const { store, url } = await givenStore(server())
    const others = [
      (await givenStore(server())).store,
      await openPostgresStore({ url, schema: 'other' }),
    ]
    accepted(await store.append('c', [anEvent('c', 'msg_1')], 0))
    for (const other of others) accepted(await other.append('c', [anEvent('c', 'msg_1')], 0))
    const [own] = await readEverything(store)
    const positions = ['5', 'deadbeef:5', '12/0', '', await others[0]!.lastPosition()]
    for (const other of others) {
      positions.push(...(await readEverything(other)).map(({ position }) => position))
    }
    for (const after of positions) {
      expect(await rejectionOf(firstOf(store.readAll({ after })))).toBeInstanceOf(ForeignPosition)
      expect(await rejectionOf(firstOf(store.follow({ after })))).toBeInstanceOf(ForeignPosition)
    }
    expect(await firstOf(store.readAll({ after: own?.position }))).toBeUndefined()
    await Promise.all([store, ...others].map((each) => each.close()))
  })

  it.each([
    { name: 'higher', xid: '123456789012', system: '1' },
    { name: 'lower', xid: '3', system: '1' },
    { name: 'higher, of the same server', xid: '123456789012', system: undefined },
  ])(
    'events that were restored with transaction ids that are $name become the oldest ones at the opening by the owner',
    async ({ xid, system }) => {
      const { database, store: first, url } = await givenStore(server())
      for (const n of [1, 2, 3])
        accepted(await first.append('c', [anEvent('c', `msg_${n}`)], n - 1))
      const [old] = await readEverything(first)
      await first.close()
      await server().run(
        database,
        `update clientfold.events set xid = '${xid}'`,
        ...(system === undefined
          ? []
          : [`update clientfold.store_version set system_identifier = '${system}'`]),
      )
      await server().run(
        'postgres',
        `do $$ begin create role worker login; exception when duplicate_object then null; end $$`,
      )
      await server().run(database, ...postgresGrants('clientfold', 'worker'))
      expect(await refusalOf(server().url(database, 'worker'))).toBe(
        'denied: the events in the schema clientfold were restored from another server: open the store once as the owner of its tables, which puts them in the order of this server',
      )
      const stores = await Promise.all(Array.from({ length: 4 }, () => openPostgresStore(url)))
      const store = stores[0]!
      accepted(await store.append('c', [anEvent('c', 'msg_4')], 3))
      expect(await idsIn(store)).toEqual(['msg_1', 'msg_2', 'msg_3', 'msg_4'])
      const seen: string[] = []
      for await (const recorded of store.follow()) {
        if (seen.push(deliveryOf(recorded)) === 4) break
      }
      expect(seen).toEqual(['msg_1', 'msg_2', 'msg_3', 'msg_4'])
      expect(old).toBeDefined()
      await (await openPostgresStore(server().url(database, 'worker'))).close()
      await Promise.all(stores.map((each) => each.close()))
    },
  )
})
