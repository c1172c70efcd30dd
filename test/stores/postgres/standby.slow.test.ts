import { afterAll, beforeAll, expect, it } from 'vitest'
import { openClients } from '../../../src/clients/clients.js'
import type { EventStore } from '../../../src/event-store/event-store.js'
import { ForeignPosition } from '../../../src/event-store/store-error.js'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import {
  accepted,
  anEvent,
  deliveryOf,
  describeWithPostgres,
  idsIn,
  readEverything,
  rejectionOf,
} from './given.js'
import { openRoute } from './route.js'
import type { PostgresServer } from './server.js'

const idsFrom = (first: number, count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, place) => `msg_${first + place}`)

const recordAll = async (store: EventStore, ids: ReadonlyArray<string>): Promise<void> => {
  for (const id of ids) await store.record([anEvent(`client of ${id}`, id)])
}

const firstOf = async (items: AsyncIterable<unknown>): Promise<unknown> => {
  for await (const item of items) return item
  return undefined
}

const valueOf = async (server: PostgresServer, text: string): Promise<unknown> => {
  const client = await server.connect()
  const { rows } = await client.query<{ value: unknown }>(text)
  await client.end()
  return rows[0]?.value
}

describeWithPostgres('the PostgreSQL store and a hot standby', (primary) => {
  let standby: PostgresServer
  beforeAll(async () => {
    await (await openPostgresStore(primary().url())).close()
    standby = await primary().startStandby()
  })
  afterAll(async () => {
    await standby.stop()
  })

  /** Waits until the standby has replayed what the primary has written. */
  const catchUp = async (): Promise<void> => {
    const end = String(await valueOf(primary(), 'select pg_current_wal_lsn()::text as value'))
    const replayed = `select pg_last_wal_replay_lsn() >= '${end}'::pg_lsn as value`
    await expect.poll(() => valueOf(standby, replayed), { timeout: 20_000 }).toBe(true)
  }

  it('a standby is read like its primary, from the positions of the primary, by a role that may only select', async () => {
    const store = await openPostgresStore(primary().url())
    await recordAll(store, idsFrom(0, 20))
    await primary().run(
      'postgres',
      'create role reader login',
      'grant usage on schema clientfold to reader',
      'grant select on all tables in schema clientfold to reader',
    )
    await catchUp()
    const reader = await openPostgresStore(standby.url('postgres', 'reader'))
    const all = await readEverything(store)
    expect(await readEverything(reader)).toEqual(all)
    const middle = all[9]?.position
    expect(await firstOf(reader.readAll({ after: middle }))).toEqual(all[10])
    expect(await reader.readClient('client of msg_3')).toHaveLength(1)
    expect(await reader.clientsOfUser('user_1')).toHaveLength(20)
    const seen: string[] = []
    const following = (async () => {
      for await (const recorded of reader.follow({ after: await reader.lastPosition() })) {
        if (seen.push(deliveryOf(recorded)) === 5) break
      }
    })()
    await recordAll(store, idsFrom(20, 5))
    await following
    expect(seen).toEqual(idsFrom(20, 5))
    expect(await rejectionOf(reader.append('c', [anEvent('c', 'msg_c')], 'any'))).toMatchObject({
      reason: 'denied',
    })
    await Promise.all([store.close(), reader.close()])
  })

  it('after a failover to a standby that lagged, old positions are refused, and nothing new is missed', async () => {
    const route = await openRoute(primary().port)
    const url = `postgres://owner@127.0.0.1:${route.port}/postgres`
    const store = await openPostgresStore(url)
    const clients = openClients({ store })
    const before = (await clients.list()).totalCount
    await recordAll(store, idsFrom(100, 30))
    await catchUp()
    // The standby receives nothing from here on.
    await standby.run(
      'postgres',
      `alter system set primary_conninfo = ''`,
      'select pg_reload_conf()',
    )
    await expect
      .poll(() => valueOf(standby, 'select count(*)::int as value from pg_stat_wal_receiver'), {
        timeout: 20_000,
      })
      .toBe(0)
    const lost = idsFrom(200, 40)
    await recordAll(store, lost)
    const positions = [await store.lastPosition()]
    for (const { position } of await readEverything(store)) positions.push(position)
    expect((await clients.list()).totalCount).toBe(before + 70)

    await primary().kill()
    await valueOf(standby, 'select pg_promote() as value')
    route.leadTo(standby.port)
    const fresh = idsFrom(300, 20)
    await recordAll(store, fresh)
    let refused = 0
    for (const after of positions) {
      for (const reading of [store.readAll({ after }), store.follow({ after })]) {
        expect(await rejectionOf(firstOf(reading))).toBeInstanceOf(ForeignPosition)
        refused += 1
      }
    }
    const ids = await idsIn(store)
    const seen = fresh.filter((id) => ids.includes(id)).length
    const { totalCount } = await clients.list()
    console.log(
      `failover to a standby that lagged by ${lost.length} events: ${refused} readings from ` +
        `${positions.length} old positions refused; of ${fresh.length} new events ${seen} read, ` +
        `lists show ${totalCount} of ${ids.length} clients`,
    )
    expect(seen).toBe(fresh.length)
    expect(ids.filter((id) => lost.includes(id))).toEqual([])
    expect(totalCount).toBe(before + 30 + 20)
    const last = (await readEverything(store)).at(-3)?.position
    const rest: string[] = []
    for await (const recorded of store.readAll({ after: last })) rest.push(deliveryOf(recorded))
    expect(rest).toEqual(fresh.slice(-2))
    accepted(await store.append('c', [anEvent('c', 'msg_last')], 0))
    await clients.close()
    await route.close()
  })
})
