import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import {
  accepted,
  anEvent,
  deliveryOf,
  describeWithPostgres,
  idsIn,
  refusalOf,
  rejectionOf,
} from './given.js'

describe('the PostgreSQL URL', () => {
  it('a server that does not run is unreachable, in one sentence', async () => {
    expect(await refusalOf('postgres://app:secret@127.0.0.1:1/app')).toBe(
      'unreachable: no PostgreSQL server answers at 127.0.0.1:1 (ECONNREFUSED)',
    )
  })

  it.each([
    { name: 'an empty URL', url: '' },
    { name: 'a URL without a host', url: 'postgres:' },
    { name: 'a URL with a space', url: 'postgres://a b' },
    { name: 'a URL of another database', url: 'mysql://app:secret@host/app' },
  ])('$name is refused, and the message does not quote it', async ({ url }) => {
    expect(await refusalOf(url)).toBe(
      'unreachable: the URL of the PostgreSQL store is invalid: write postgres://role@host/database',
    )
  })
})

describeWithPostgres('the opening of a PostgreSQL store', (server) => {
  it('16 openings at once create one store', async () => {
    const url = server().url(await server().newDatabase())
    const stores = await Promise.all(Array.from({ length: 16 }, () => openPostgresStore(url)))
    const [first, last] = [stores[0]!, stores[15]!]
    accepted(await first.append('client_1', [anEvent('client_1', 'msg_1')], 'no-stream'))
    expect(await idsIn(last)).toEqual(['msg_1'])
    await Promise.all(stores.map((store) => store.close()))
  })

  it('an opening finds the events that were appended before', async () => {
    const url = server().url(await server().newDatabase())
    const before = await openPostgresStore(url)
    const { recorded } = accepted(await before.append('c', [anEvent('c', 'msg_1')], 'any'))
    await before.close()
    const after = await openPostgresStore(url)
    expect(await after.readClient('c')).toEqual(recorded)
    await after.close()
    expect(await rejectionOf(after.clientIds())).toMatchObject({ reason: 'closed' })
  })

  it('an opening with create: false creates no store, and opens an existing one', async () => {
    const database = await server().newDatabase()
    const url = server().url(database)
    await server().run(database, 'create schema clientfold')
    expect(await rejectionOf(openPostgresStore({ url, create: false }))).toMatchObject({
      reason: 'missing',
      message: 'the schema clientfold holds no store',
    })
    const client = await server().connect(database)
    const made = `select from pg_class where relnamespace = 'clientfold'::regnamespace`
    expect((await client.query(made)).rows).toEqual([])
    await client.end()
    await (await openPostgresStore({ url, create: true })).close()
    await (await openPostgresStore({ url, create: false })).close()
  })

  it('a store on a pool of the caller leaves the pool open', async () => {
    const connectionString = server().url(await server().newDatabase())
    const pool = new pg.Pool({ connectionString, max: 1 })
    const store = await openPostgresStore({ pool, schema: 'elsewhere' })
    accepted(await store.append('c', [anEvent('c', 'msg_1')], 'any'))
    const seen = []
    for await (const recorded of store.follow()) {
      seen.push(deliveryOf(recorded))
      if (seen.length === 2) break
      accepted(await store.append('c', [anEvent('c', 'msg_2')], 'any'))
    }
    expect(seen).toEqual(['msg_1', 'msg_2'])
    await store.close()
    expect((await pool.query('select from elsewhere.events')).rowCount).toBe(2)
    await pool.end()
    expect(await rejectionOf(openPostgresStore(pool))).toMatchObject({ reason: 'closed' })
  })

  it('a schema name that would need quoting is refused', async () => {
    const url = server().url()
    for (const schema of ['', 'A', 'a"b', 'a.b', 'pg_a', 'a'.repeat(64)]) {
      expect(await rejectionOf(openPostgresStore({ url, schema }))).toBeInstanceOf(TypeError)
    }
  })

  it('a newer store, a schema with other tables, and a database without UTF-8 are refused', async () => {
    const database = await server().newDatabase()
    const url = server().url(database)
    await (await openPostgresStore(url)).close()
    await server().run(database, 'update clientfold.store_version set version = 99')
    expect(await refusalOf(url)).toBe(
      'newer: the store in the schema clientfold has version 99, and this package supports up to 4: install a newer version',
    )
    const other = await server().newDatabase()
    await server().run(other, 'create schema clientfold', 'create table clientfold.events (a int)')
    expect(await refusalOf(server().url(other))).toBe(
      'foreign: the schema already holds other tables (42P07)',
    )
    await server().run(
      'postgres',
      `create database latin encoding 'LATIN1' template template0 locale 'C'`,
    )
    expect(await refusalOf(server().url('latin'))).toBe(
      'foreign: the database is not encoded in UTF8',
    )
  })
})
