import { setTimeout as delay } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { expect, it } from 'vitest'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import {
  accepted,
  anEvent,
  describeWithPostgres,
  givenStore,
  idsIn,
  readEverything,
} from './given.js'
import type { PostgresServer } from './server.js'

/** Waits until this many connections to a database wait for a lock. */
const untilWaiting = async (server: PostgresServer, database: string, count: number) => {
  const client = await server.connect(database)
  const isWaiting = async (): Promise<boolean> => {
    const { rows } = await client.query(
      `select from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`,
      [database],
    )
    return rows.length >= count
  }
  for (let turn = 0; !(await isWaiting()); turn++) {
    if (turn === 2000) throw new Error(`fewer than ${count} connections wait for a lock`)
    await delay(5)
  }
  await client.end()
}

/** Waits until an erasure has committed its tombstone. */
const untilTombstone = async (server: PostgresServer, database: string) => {
  const client = await server.connect(database)
  const isThere = async (): Promise<boolean> =>
    (await client.query('select from clientfold.tombstones')).rows.length > 0
  for (let turn = 0; !(await isThere()); turn++) {
    if (turn === 2000) throw new Error('no erasure has committed a tombstone')
    await delay(5)
  }
  await client.end()
}

/** Blocks every transaction that writes the second event of the client `c`, until it is rolled back. */
const HOLD = `insert into clientfold.events (client_key, revision, event_key, recorded_at, text)
  values ('c', 2, 'held', 0, '{}')`

/** A pool that calls `act` before it sends the second query that matches. */
const poolThatSecondly = (url: string, pattern: RegExp, act: () => Promise<unknown>): pg.Pool => {
  let asked = 0
  class Client extends pg.Client {
    override query(...args: unknown[]): never {
      const ask = () => Reflect.apply(super.query.bind(this), this, args) as unknown
      if (pattern.test(JSON.stringify(args))) asked += 1
      if (asked !== 2) return ask() as never
      asked += 1
      return act().then(ask) as never
    }
  }
  return new pg.Pool({ connectionString: url, Client })
}

describeWithPostgres('the PostgreSQL statement for one event', (server) => {
  it('an erasure waits for an append of one event that began before it', async () => {
    const { database, store } = await givenStore(server())
    await store.append('c', [anEvent('c', 'msg_1')], 0)
    const holding = await server().connect(database)
    await holding.query('begin')
    await holding.query(HOLD)

    const appending = store.append('c', [anEvent('c', 'msg_2')], 1)
    await untilWaiting(server(), database, 1)
    const erasing = store.eraseClient('c')
    await untilTombstone(server(), database)
    await holding.query('rollback')

    expect(accepted(await appending).revision).toBe(2)
    expect(await erasing).toBe(2)
    expect(await readEverything(store)).toEqual([])
    expect(await store.clientsOfSession('sess_c')).toEqual([])
    await holding.end()
    await store.close()
  })

  it('an append of one event is refused as erased if the erasure came first', async () => {
    const { database, store } = await givenStore(server())
    await store.append('c', [anEvent('c', 'msg_1')], 0)
    const holding = await server().connect(database)
    await holding.query('begin')
    await holding.query('lock table clientfold.events in row exclusive mode')

    const erasing = store.eraseClient('c')
    await untilTombstone(server(), database)
    // The erasure waits for the other transaction, and appends do not wait for the erasure.
    const refused = E.left({ _tag: 'Erased', what: 'client' })
    expect(await store.append('c', [anEvent('c', 'msg_2')], 1)).toEqual(refused)
    accepted(await store.append('d', [anEvent('d', 'msg_3')], 0))
    expect(await store.readClient('c')).toHaveLength(1)
    await holding.query('commit')

    expect(await erasing).toBe(1)
    expect(await store.append('c', [anEvent('c', 'msg_2')], 'any')).toEqual(refused)
    await holding.end()
    await store.close()
  })

  it('an append of one event waits for the transaction before it, and is written if that one rolls back', async () => {
    const { database, store } = await givenStore(server())
    await store.append('c', [anEvent('c', 'msg_1')], 0)
    const holding = await server().connect(database)
    const heldBack = async (end: 'commit' | 'rollback', delivery: string) => {
      await holding.query('begin')
      await holding.query(HOLD)
      const appending = store.append('c', [anEvent('c', delivery)], 1)
      await untilWaiting(server(), database, 1)
      await holding.query(end)
      return appending
    }
    expect(accepted(await heldBack('rollback', 'msg_2')).revision).toBe(2)
    await server().run(database, 'delete from clientfold.events where revision = 2')
    expect(await heldBack('commit', 'msg_3')).toEqual(
      E.left({ _tag: 'RevisionConflict', actual: 2 }),
    )
    await holding.end()
    await store.close()
  })

  it('an append of one event does not overtake a batch that has already seen the next revision', async () => {
    const url = server().url(await server().newDatabase())
    const other = await openPostgresStore(url)
    await other.append('c', [anEvent('c', 'msg_1')], 0)
    let overtaking: ReturnType<typeof other.append> | undefined
    const pool = poolThatSecondly(url, /append_events.*msg_3/, () => {
      overtaking = other.append('c', [anEvent('c', 'msg_2')], 1)
      return delay(100)
    })
    const store = await openPostgresStore(pool)
    // A duplicate makes the first try fail. The second try writes what was decided.
    const batch = [anEvent('c', 'msg_1'), anEvent('c', 'msg_3')]
    expect(accepted(await store.append('c', batch, 1)).revision).toBe(2)
    expect(await overtaking).toEqual(E.left({ _tag: 'RevisionConflict', actual: 2 }))
    expect(await idsIn(store)).toEqual(['msg_1', 'msg_3'])
    await other.close()
    await store.close()
    await pool.end()
  })

  it('many stores append single events and batches to one client, and every append succeeds', async () => {
    const url = server().url(await server().newDatabase())
    const stores = await Promise.all(Array.from({ length: 9 }, () => openPostgresStore(url)))
    await Promise.all(
      stores.map(async (store, writer) => {
        const size = writer === 0 ? 2 : 1
        for (let turn = 0; turn < 150; turn++) {
          const events = Array.from({ length: size }, (_, part) =>
            anEvent('c', `msg_${writer}_${turn}_${part}`),
          )
          accepted(await store.append('c', events, 'any'))
        }
      }),
    )
    const revisions = (await stores[0]!.readClient('c')).map(({ revision }) => revision)
    expect(revisions).toEqual(Array.from({ length: 1500 }, (_, place) => place + 1))
    await Promise.all(stores.map((store) => store.close()))
  })

  it('an append of one event is durable and succeeds under any setting of the database', async () => {
    const database = await server().newDatabase()
    await (await openPostgresStore(server().url(database))).close()
    await server().run(
      database,
      'create table seen (setting text)',
      `create function see() returns trigger language plpgsql as $see$
      begin
        insert into public.seen values (current_setting('synchronous_commit'));
        return new;
      end $see$`,
      'create trigger seeing after insert on clientfold.events for each row execute function see()',
    )
    const settings = [
      'synchronous_commit = off',
      `default_transaction_isolation = 'repeatable read'`,
      `default_transaction_isolation = 'serializable'`,
    ]
    for (const setting of settings) {
      await server().run(database, `alter database ${database} set ${setting}`)
      const store = await openPostgresStore(server().url(database))
      for (const revision of [0, 1, 2]) {
        const event = anEvent(setting, `${setting} ${revision}`)
        expect(accepted(await store.append(setting, [event], revision)).revision).toBe(revision + 1)
      }
      expect(await store.readClient(setting)).toHaveLength(3)
      await store.close()
    }
    const client = await server().connect(database)
    expect((await client.query('show synchronous_commit')).rows).toEqual([
      { synchronous_commit: 'off' },
    ])
    expect((await client.query('select distinct setting from seen')).rows).toEqual([
      { setting: 'on' },
    ])
    await client.end()
  })
})
