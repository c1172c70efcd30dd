import { expect, it } from 'vitest'
import { openClients } from '../../../src/clients/clients.js'
import { recordOf } from '../../../src/stores/kit/event-record.js'
import { createTryIndependentEvents } from '../../../src/stores/postgres/try-independent-events.js'
import { anEvent, deliveryOf, describeWithPostgres, givenStore, idsIn } from './given.js'
import type { PostgresServer } from './server.js'

const tryIndependentEvents = createTryIndependentEvents('clientfold')

/** An open transaction that has written an event, and the function that commits it. */
const givenLateEvent = async (
  server: PostgresServer,
  database: string,
  clientId: string,
): Promise<{ readonly commit: () => Promise<void> }> => {
  const client = await server.connect(database)
  await client.query('begin')
  const records = [recordOf(anEvent(clientId, clientId), 1)]
  await tryIndependentEvents(
    async (text, values) => (await client.query(text, values && [...values])).rows as never,
    [{ clientId, records, expected: 'any' }],
  )
  return {
    commit: async () => {
      await client.query('commit')
      await client.end()
    },
  }
}

describeWithPostgres('the complete reading of a PostgreSQL store', (server) => {
  it('a reading gives every acknowledged event at once, while a transaction stays open in another database', async () => {
    const { store } = await givenStore(server())
    const client = await server().connect(await server().newDatabase())
    await client.query('begin')
    await client.query('select pg_current_xact_id()')
    const ids = Array.from({ length: 300 }, (_, place) => `msg_${place}`)
    for (let first = 0; first < ids.length; first += 100) {
      await store.record(ids.slice(first, first + 100).map((id) => anEvent('c', id)))
    }
    const start = performance.now()
    expect(await idsIn(store)).toEqual(ids)
    expect(performance.now() - start).toBeLessThan(500)
    await Promise.all([client.end(), store.close()])
  })

  it('the pages of one reading are of one moment', async () => {
    const { database, store } = await givenStore(server())
    const ids = Array.from({ length: 4500 }, (_, place) => `msg_${place}`)
    const recordPart = async (from: number, to: number): Promise<void> => {
      for (let first = from; first < to; first += 250) {
        await store.record(ids.slice(first, first + 250).map((id) => anEvent('c', id)))
      }
    }
    await recordPart(0, 3000)
    const late = await givenLateEvent(server(), database, 'late')
    await recordPart(3000, 4500)
    const seen: string[] = []
    for await (const recorded of store.readAll()) {
      if (seen.push(deliveryOf(recorded)) > 1) continue
      await late.commit()
      await store.record([anEvent('after', 'after')])
    }
    expect(seen).toEqual(ids)
    expect(await idsIn(store)).toEqual([...ids.slice(0, 3000), 'late', ...ids.slice(3000), 'after'])
    await store.close()
  })

  it('a list misses no client and waits for no transaction, whether a transaction is open or commits late', async () => {
    const { database, store } = await givenStore(server())
    const clients = openClients({ store })
    const idsOfList = async (): Promise<ReadonlyArray<string>> =>
      (await clients.list()).data.map(({ id }) => id).sort()
    const late = await givenLateEvent(server(), database, 'late')
    const start = performance.now()
    await clients.record(anEvent('a', 'msg_1'))
    expect(await idsOfList()).toEqual(['a'])
    await clients.record(anEvent('b', 'msg_2'))
    const lists = await Promise.all(Array.from({ length: 5 }, idsOfList))
    expect(lists).toEqual(lists.map(() => ['a', 'b']))
    expect(performance.now() - start).toBeLessThan(1000)
    await late.commit()
    expect(await idsOfList()).toEqual(['a', 'b', 'late'])
    await clients.close()
  })

  it('a store names the transaction that holds followers back', async () => {
    const { store } = await givenStore(server())
    expect(await store.heldBackBy()).toBeNull()
    const elsewhere = await server().newDatabase()
    const client = await server().connect(elsewhere)
    await client.query('begin')
    const { rows } = await client.query<{ pid: number }>(
      'select pg_backend_pid() as pid, pg_current_xact_id()',
    )
    expect(await store.heldBackBy()).toBeNull()
    await store.record([anEvent('c', 'msg_1')])
    const blocking = await store.heldBackBy()
    expect(blocking).toMatchObject({ pid: rows[0]?.pid, database: elsewhere })
    expect(blocking?.age).toBeGreaterThan(0)
    expect(blocking?.age).toBeLessThan(60_000)
    await client.query('commit')
    expect(await store.heldBackBy()).toBeNull()
    await Promise.all([client.end(), store.close()])
  })
})
