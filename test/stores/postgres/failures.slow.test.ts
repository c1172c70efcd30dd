import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { StoreUnavailable } from '../../../src/event-store/store-error.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import {
  accepted,
  anEvent,
  describeWithPostgres,
  givenStore,
  idsIn,
  refusalOf,
  rejectionOf,
} from './given.js'
import { startProxy } from './proxy.js'
import { openRoute } from './route.js'

/** How long a call took that is expected to reject, in milliseconds, and what it rejected with. */
const timed = async (attempt: Promise<unknown>) => {
  const start = performance.now()
  const error = await rejectionOf(attempt)
  return { error, milliseconds: performance.now() - start }
}

describeWithPostgres('the PostgreSQL store at failures of the server', (server) => {
  it('connections to a primary that was demoted leave the pool, and appends then succeed at once', async () => {
    const { database, store: first, url } = await givenStore(server())
    await first.close()
    await server().run(
      'postgres',
      `alter database ${database} set default_transaction_read_only = on`,
    )
    const store = await openPostgresStore(url)
    // As many connections as the pool takes.
    await Promise.all(Array.from({ length: 40 }, () => store.readClient('c')))
    expect(await rejectionOf(store.append('c', [anEvent('c', 'msg_0')], 'any'))).toMatchObject({
      reason: 'denied',
      message: 'the database is read-only: it is a standby, or was one a moment ago (25006)',
    })
    expect(await rejectionOf(store.checkWritable())).toMatchObject({
      name: 'StoreUnavailable',
      reason: 'denied',
      message: 'the database is read-only: it is a standby, or was one a moment ago (25006)',
    })
    await Promise.all(Array.from({ length: 40 }, () => store.readClient('c')))
    // New connections can write, as after a switch-over.
    await server().run('postgres', `alter database ${database} reset default_transaction_read_only`)
    const clientIds = Array.from({ length: 20 }, (_, place) => `c${place}`)
    await Promise.all(
      clientIds.map(async (id) => accepted(await store.append(id, [anEvent(id, id)], 0))),
    )
    expect((await idsIn(store)).toSorted()).toEqual(clientIds.toSorted())
    await store.checkWritable()
    await store.close()
  })

  it('a removal from the quarantine whose answer is lost is answered as what it did', async () => {
    const { database, store: direct } = await givenStore(server())
    const proxy = await startProxy(server().port)
    const store = await openPostgresStore(`postgres://owner@127.0.0.1:${proxy.port}/${database}`)
    let cuts = 0
    for (const isForwarded of [true, false]) {
      for (let message = 1; message <= 4; message++) {
        const id = `msg_${String(isForwarded)}_${message}`
        const delivery = { id, receivedAt: 1, reason: 'a test', body: new Uint8Array([1]) }
        await direct.quarantine.keep(delivery)
        // Warm, so that a cut falls on a statement of the removal.
        expect(await store.quarantine.remove('msg_unknown')).toBe(false)
        proxy.cutNext({ message, isForwarded })
        expect(await store.quarantine.remove(id)).toBe(true)
        if (proxy.hasCut()) cuts += 1
        proxy.cutNext(undefined)
        expect(await store.quarantine.remove(id)).toBe(false)
      }
    }
    expect(cuts).toBeGreaterThanOrEqual(4)
    await Promise.all([store.close(), direct.close()])
    await proxy.close()
  })

  it('a connection that the server closed because it was idle is replaced without an error', async () => {
    const { database, store: first, url } = await givenStore(server())
    await first.close()
    await server().run('postgres', `alter database ${database} set idle_session_timeout = '50ms'`)
    const store = await openPostgresStore(url)
    for (let turn = 0; turn < 5; turn++) {
      accepted(await store.append('c', [anEvent('c', `msg_${turn}`)], turn))
      await delay(40 + 5 * turn)
    }
    await store.close()
  })

  it('calls that wait for a locked table reject as busy within their time, and succeed afterwards', async () => {
    const database = await server().newDatabase()
    const url = server().url(database)
    const store = await openPostgresStore({ url, statementTimeoutMilliseconds: 300 })
    const client = await server().connect(database)
    await client.query('begin')
    await client.query('lock table clientfold.events in access exclusive mode')
    const calls = [
      store.append('c', [anEvent('c', 'msg_1')], 0),
      store.record([anEvent('c', 'msg_1'), anEvent('d', 'msg_2')]),
      store.readClient('c'),
      store.clientIds(),
      idsIn(store),
    ]
    for (const { error, milliseconds } of await Promise.all(calls.map(timed))) {
      expect(error).toMatchObject({ name: 'StoreUnavailable', reason: 'busy' })
      expect(milliseconds).toBeLessThan(2000)
    }
    await client.end()
    accepted(await store.append('c', [anEvent('c', 'msg_1')], 0))
    await store.close()
  })

  it('where the server is a black hole, each call and the closing end in time', async () => {
    const database = await server().newDatabase()
    const route = await openRoute(server().port)
    const url = `postgres://owner@127.0.0.1:${route.port}/${database}?connect_timeout=1`
    const store = await openPostgresStore({ url, statementTimeoutMilliseconds: 200 })
    accepted(await store.append('c', [anEvent('c', 'msg_1')], 0))
    route.swallow()
    const calls = [
      store.readClient('c'),
      ...Array.from({ length: 900 }, (_, place) =>
        store.append(`c${place}`, [anEvent(`c${place}`, `msg_${place}`)], 'any'),
      ),
    ]
    for (const { error, milliseconds } of await Promise.all(calls.map(timed))) {
      expect(error).toBeInstanceOf(StoreUnavailable)
      expect(milliseconds).toBeLessThan(9000)
    }
    expect(await refusalOf(url)).toBe('unreachable: the connection to PostgreSQL broke')
    const start = performance.now()
    await store.close()
    expect(performance.now() - start).toBeLessThan(5000)
    await route.close()
  })

  it('a scrub may take longer than any other statement', async () => {
    const { database, store: first, url } = await givenStore(server())
    accepted(await first.append('c', [anEvent('c', 'msg_1')], 0))
    await first.close()
    const store = await openPostgresStore({ url, statementTimeoutMilliseconds: 100 })
    const client = await server().connect(database)
    // A reader of the quarantine, for which only the rewriting of the files waits.
    await client.query('begin isolation level read committed')
    await client.query('lock table clientfold.session_clients in access share mode')
    const scrubbing = store.scrub()
    await delay(400)
    await client.query('commit')
    await scrubbing
    await Promise.all([client.end(), store.close()])
  })
})
