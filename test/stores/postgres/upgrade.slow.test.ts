import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { eventText } from '../../../src/events/encode-event.js'
import { clientHashOf } from '../../../src/event-store/client-hash.js'
import type { EventStore } from '../../../src/event-store/event-store.js'
import { openPostgresStore, postgresGrants } from '../../../src/stores/postgres/index.js'
import { aSessionEvent, T0 } from '../../given.js'
import { accepted, anEvent, describeWithPostgres, idsIn, refusalOf } from './given.js'
import type { PostgresServer } from './server.js'

const SCHEMAS = [1, 2, 3].map((version) => ({
  version,
  sql: readFileSync(new URL(`version-${version}.sql`, import.meta.url), 'utf8'),
}))

/** After every upgrade: the year 2100. */
const LATER = 4_102_444_800_000

/** A database with a store of an old version that holds one event. */
const oldDatabase = async (server: PostgresServer, sql: string): Promise<string> => {
  const database = await server.newDatabase()
  const text = eventText(anEvent('c', 'msg_1')).replaceAll("'", "''")
  await server.run(
    database,
    'create schema clientfold',
    sql,
    `insert into clientfold.events (client_key, revision, event_key, recorded_at, text)
    values ('c', 1, 'msg_1', ${T0}, '${text}')`,
  )
  return database
}

const delivery = { id: 'msg_9', receivedAt: T0, reason: 'not JSON', body: Uint8Array.of(0, 255) }

const keptIn = async (store: EventStore): Promise<ReadonlyArray<string>> => {
  const ids = []
  for await (const { id } of store.quarantine.all()) ids.push(id)
  return ids
}

describeWithPostgres('the older PostgreSQL schemas', (server) => {
  it.each(SCHEMAS)(
    '16 openings at once upgrade a schema of version $version once, and keep its events',
    async ({ sql }) => {
      const database = await oldDatabase(server(), sql)
      const url = server().url(database)
      const stores = await Promise.all(Array.from({ length: 16 }, () => openPostgresStore(url)))
      for (const [n, store] of stores.entries()) {
        await store.quarantine.keep({ ...delivery, id: `msg_${n}` })
      }
      const [first, last] = [stores[0]!, stores[15]!]
      expect(await keptIn(last)).toHaveLength(16)
      expect(await idsIn(last)).toEqual(['msg_1'])
      accepted(await first.append('c', [anEvent('c', 'msg_2')], 1))
      expect((await first.record([anEvent('c', 'msg_2')])).map(({ _tag }) => _tag)).toEqual([
        'Duplicate',
      ])
      await Promise.all(stores.map((store) => store.close()))
      const again = await openPostgresStore(url)
      expect(await keptIn(again)).toHaveLength(16)
      expect(await again.eraseClient('c')).toBe(2)
      await again.close()
    },
  )

  it('a client that was erased before the upgrade stays erased, and its device can be used again', async () => {
    const database = await oldDatabase(server(), SCHEMAS[2]!.sql)
    const tombstone = clientHashOf('erased')
    await server().run(database, `insert into clientfold.erased values ('${tombstone}')`)
    const store = await openPostgresStore(server().url(database))
    const late = aSessionEvent({ client_id: 'erased', created_at: LATER })
    expect(await store.record([anEvent('erased', 'msg_2'), late])).toMatchObject([
      { _tag: 'Erased', what: 'client' },
      { _tag: 'Recorded' },
    ])
    await store.close()
  })

  it.each(SCHEMAS)(
    'after the upgrade, each statement of a process of version $version fails with a sentence that says to stop it',
    async ({ version, sql }) => {
      const database = await oldDatabase(server(), sql)
      await (await openPostgresStore(server().url(database))).close()
      const empty = "'{}'"
      const name = version === 1 ? 'write_events' : 'append_events'
      const arrays = Array.from({ length: 11 }, () => empty)
      const bounds = version === 1 ? ['0', '9'] : [empty, empty]
      const call = [...arrays.slice(0, 2), ...bounds, ...arrays.slice(2)].join(', ')
      for (const statement of [
        `select from clientfold.erased where tombstone = 'x'`,
        `select 1 where not exists (select from clientfold.erased where tombstone = 'x')`,
        `insert into clientfold.erased values ('x')`,
        `insert into clientfold.erased select unnest('{x}'::text[]) on conflict do nothing`,
        `select * from clientfold.${name}(${call})`,
      ]) {
        await expect(server().run(database, statement), statement).rejects.toThrow(
          'the store was upgraded: stop this process and install the version of clientfold that upgraded it',
        )
      }
      const store = await openPostgresStore(server().url(database))
      accepted(await store.append('c', [anEvent('c', 'msg_2')], 1))
      await store.close()
    },
  )

  it('only the owner of the tables can upgrade a schema of version 1', async () => {
    const database = await oldDatabase(server(), SCHEMAS[0]!.sql)
    await server().run('postgres', 'create role guest login')
    const asGuest = server().url(database, 'guest')
    const [usage = '', version = '', events = ''] = postgresGrants('clientfold', 'guest')
    await server().run(database, usage, version, events)
    expect(await refusalOf(asGuest)).toBe(
      'denied: the store in the schema clientfold has version 1: open it once as the owner of its tables, which upgrades it, and grant the rights of postgresGrants again',
    )
    await (await openPostgresStore(server().url(database))).close()
    // Checked at the opening, because a delivery is rarely quarantined.
    expect(await refusalOf(asGuest)).toBe(
      'denied: the role lacks rights on the quarantine: see postgresGrants',
    )
    await server().run(database, ...postgresGrants('clientfold', 'guest'))
    const store = await openPostgresStore(asGuest)
    await store.quarantine.keep(delivery)
    expect(await keptIn(store)).toEqual(['msg_9'])
    expect(await store.quarantine.remove('msg_9')).toBe(true)
    await store.close()
  })
})

describeWithPostgres('the PostgreSQL quarantine', (server) => {
  it('a kept delivery is durable, even if the role has synchronous_commit off', async () => {
    const database = await server().newDatabase()
    await server().run(
      'postgres',
      'create role hasty superuser login',
      'alter role hasty set synchronous_commit = off',
    )
    const store = await openPostgresStore(server().url(database, 'hasty'))
    await server().run(
      database,
      'create table seen (setting text)',
      `create function see() returns trigger language plpgsql as $see$
      begin insert into seen values (current_setting('synchronous_commit')); return new; end $see$`,
      'create trigger seeing after insert on clientfold.quarantined for each row execute function see()',
    )
    await store.quarantine.keep(delivery)
    const client = await server().connect(database, 'hasty')
    expect((await client.query('select setting from public.seen')).rows).toEqual([
      { setting: 'on' },
    ])
    expect((await client.query('show synchronous_commit')).rows).toEqual([
      { synchronous_commit: 'off' },
    ])
    await client.end()
    await store.close()
  })
})
