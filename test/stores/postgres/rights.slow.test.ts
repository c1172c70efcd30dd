import * as E from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { openPostgresStore, postgresGrants } from '../../../src/stores/postgres/index.js'
import { backupOf, restoreInto } from '../../../src/testing/store-contract/backup-source.js'
import { accepted, anEvent, describeWithPostgres, idsIn, refusalOf, rejectionOf } from './given.js'

describeWithPostgres('the PostgreSQL role', (server) => {
  describe('rights', () => {
    it('a wrong and a missing password are denied', async () => {
      await server().run('postgres', `create role guarded login password 'right'`)
      await server().askPassword('guarded')
      const denied = 'denied: PostgreSQL refuses the role or its password (28P01)'
      await expect.poll(() => refusalOf(server().url('postgres', 'guarded', 'wrong'))).toBe(denied)
      expect(await refusalOf(server().url('postgres', 'guarded'))).toBe(
        'denied: PostgreSQL asks for a password',
      )
      expect(await refusalOf(server().url('nowhere'))).toBe(
        'unreachable: the server has no such database (3D000)',
      )
    })

    it('a role with the rights of postgresGrants can use the store, but not erase', async () => {
      const database = await server().newDatabase()
      const asRole = server().url(database, 'app')
      await server().run('postgres', 'create role app login')
      expect(await refusalOf(asRole)).toBe(
        'denied: the role lacks rights that the store needs: see postgresGrants (42501)',
      )
      const asOwner = await openPostgresStore(server().url(database))
      expect(await refusalOf(asRole)).toBe(
        'denied: the role lacks rights that the store needs: see postgresGrants (42501)',
      )
      await server().run(database, ...postgresGrants('clientfold', 'app'))

      const store = await openPostgresStore(asRole)
      accepted(await store.append('c', [anEvent('c', 'msg_1')], 0))
      accepted(await store.append('c', [anEvent('c', 'msg_1'), anEvent('c', 'msg_2')], 1))
      expect(await store.append('c', [anEvent('c', 'msg_3')], 1)).toEqual(
        E.left({ _tag: 'RevisionConflict', actual: 2 }),
      )
      const outcomes = await store.record([anEvent('c', 'msg_2'), anEvent('d', 'msg_3')])
      expect(outcomes.map(({ _tag }) => _tag)).toEqual(['Duplicate', 'Recorded'])
      expect(await store.clientsOfUser('user_1')).toEqual(['c', 'd'])
      for await (const _ of store.follow()) break
      for (const erasing of [store.eraseClient('c'), store.eraseUser('user_1')]) {
        expect(await rejectionOf(erasing)).toMatchObject({ reason: 'denied' })
      }
      expect(await store.readClient('c')).toHaveLength(2)
      await server().run(database, ...postgresGrants('clientfold', 'app', 'erase'))
      expect(await store.eraseClient('c')).toBe(2)
      expect(await rejectionOf(store.scrub())).toMatchObject({
        reason: 'denied',
        message: 'to scrub, the role must own the tables of the store',
      })
      await asOwner.scrub()
      expect(await store.append('c', [anEvent('c', 'msg_4')], 'any')).toEqual(
        E.left({ _tag: 'Erased', what: 'client' }),
      )
      await Promise.all([store.close(), asOwner.close()])
    })

    it('a role that may only read can take a backup, and one that may erase can restore it', async () => {
      const database = await server().newDatabase()
      await server().run('postgres', 'create role taker login', 'create role restorer login')
      const store = await openPostgresStore(server().url(database))
      accepted(await store.append('c', [anEvent('c', 'msg_1')], 0))
      await store.eraseUser('another')
      await server().run(database, ...postgresGrants('clientfold', 'taker', 'read'))
      const taker = await openPostgresStore(server().url(database, 'taker'))
      const records = await backupOf(taker)
      expect(records.map(({ kind }) => kind)).toEqual(['event', 'tombstone'])
      const empty = await server().newDatabase()
      await (await openPostgresStore(server().url(empty))).close()
      await server().run(empty, ...postgresGrants('clientfold', 'restorer', 'erase'))
      const restored = await openPostgresStore(server().url(empty, 'restorer'))
      expect(await restoreInto(restored, records)).toMatchObject({ events: 1, leftOut: 0 })
      expect(await idsIn(restored)).toEqual(['msg_1'])
      await Promise.all([store.close(), taker.close(), restored.close()])
    })
  })

  it('a role that may only select can read everything, and cannot append', async () => {
    const database = await server().newDatabase()
    const asOwner = await openPostgresStore(server().url(database))
    accepted(await asOwner.append('c', [anEvent('c', 'msg_1')], 0))
    await server().run(
      database,
      'create role auditor login',
      ...postgresGrants('clientfold', 'auditor', 'read'),
    )
    const store = await openPostgresStore(server().url(database, 'auditor'))
    expect(await store.readClient('c')).toEqual(await asOwner.readClient('c'))
    expect(await store.clientIds()).toEqual(['c'])
    expect(await store.clientsOfUser('user_1')).toEqual(['c'])
    expect(await idsIn(store)).toEqual(['msg_1'])
    for await (const { revision } of store.follow()) {
      expect(revision).toBe(1)
      break
    }
    for await (const _ of store.quarantine.all()) throw new Error('nothing was quarantined')
    expect(await rejectionOf(store.append('c', [anEvent('c', 'msg_2')], 1))).toMatchObject({
      reason: 'denied',
    })
    await Promise.all([store.close(), asOwner.close()])
  })

  describe('settings', () => {
    it('a role with serializable transactions and without synchronous commits can append durably', async () => {
      const database = await server().newDatabase()
      await server().run(
        'postgres',
        'create role odd superuser login',
        `alter role odd set default_transaction_isolation = 'serializable'`,
        'alter role odd set synchronous_commit = off',
      )
      const store = await openPostgresStore(server().url(database, 'odd'))
      accepted(await store.append('c', [anEvent('c', 'msg_1')], 0))
      accepted(await store.append('c', [anEvent('c', 'msg_2')], 1))
      await store.close()
      const client = await server().connect(database, 'odd')
      await client.query('begin isolation level read committed')
      await client.query(`select clientfold.append_events(${Array(15).fill(`'{}'`).join()})`)
      expect((await client.query('show synchronous_commit')).rows).toEqual([
        { synchronous_commit: 'on' },
      ])
      await client.end()
    })

    it('an append succeeds on a connection that has forgotten its prepared statements, as with an older PgBouncer', async () => {
      const database = await server().newDatabase()
      const pool = new pg.Pool({ connectionString: server().url(database), max: 1 })
      const store = await openPostgresStore(pool)
      accepted(await store.append('c', [anEvent('c', 'msg_1')], 0))
      await pool.query('deallocate all')
      accepted(await store.append('c', [anEvent('c', 'msg_2')], 1))
      expect(await store.readClient('c')).toHaveLength(2)
      await store.close()
      await pool.end()
    })

    it('concurrent readings succeed when all connections have forgotten their prepared statements', async () => {
      const pool = new pg.Pool({ connectionString: server().url(await server().newDatabase()) })
      const store = await openPostgresStore(pool)
      accepted(await store.append('c', [anEvent('c', 'msg_1')], 0))
      const ask = () => Promise.all(Array.from({ length: 4 }, () => store.readClient('c')))
      // Often enough that each connection knows the current name.
      for (let turn = 0; turn < 3; turn++) await ask()
      const lent = await Promise.all(Array.from({ length: 4 }, () => pool.connect()))
      for (const client of lent) await client.query('deallocate all')
      for (const client of lent) client.release()
      expect((await ask()).map((events) => events.length)).toEqual([1, 1, 1, 1])
      await store.close()
      await pool.end()
    })

    it('a statement is planned again when its uses have doubled', async () => {
      const pool = new pg.Pool({
        connectionString: server().url(await server().newDatabase()),
        max: 1,
      })
      const store = await openPostgresStore(pool)
      const plans = async (): Promise<number> => {
        const { rows } = await pool.query(
          `select from pg_prepared_statements where statement like '%on conflict do nothing%'`,
        )
        return rows.length
      }
      const counts: number[] = []
      for (let turn = 0; turn < 9; turn++) {
        accepted(await store.append('c', [anEvent('c', `msg_${turn}`)], turn))
        counts.push(await plans())
      }
      expect(counts).toEqual([1, 2, 2, 3, 3, 3, 3, 4, 4])
      await store.close()
      await pool.end()
    })

    it('an append that waits too long for a lock rejects as busy', async () => {
      const database = await server().newDatabase()
      await server().run('postgres', `alter database ${database} set lock_timeout = '50ms'`)
      const store = await openPostgresStore(server().url(database))
      const client = await server().connect(database)
      await client.query('begin')
      await client.query(`select clientfold.lock_clients('{c}')`)
      await client.query('lock table clientfold.tombstones')
      for (const deliveries of [['msg_1'], ['msg_1', 'msg_2']]) {
        const events = deliveries.map((delivery) => anEvent('c', delivery))
        expect(await rejectionOf(store.append('c', events, 'any'))).toMatchObject({
          reason: 'busy',
          message: 'PostgreSQL did not finish in time (55P03)',
        })
      }
      await client.end()
      accepted(await store.append('c', [anEvent('c', 'msg_1')], 0))
      await store.close()
    })
  })
})
