import { expect, it } from 'vitest'
import { openPostgresStore } from '../../../src/stores/postgres/index.js'
import { accepted, anEvent, deliveryOf, describeWithPostgres, rejectionOf } from './given.js'

describeWithPostgres('a PostgreSQL server that has recovered from a crash', (server) => {
  it('an event comes after each earlier end of the log, also where its transaction has an id that was given before', async () => {
    const database = await server().newDatabase()
    const store = await openPostgresStore(server().url(database))
    accepted(await store.append('client_1', [anEvent('client_1', 'msg_1')], 'any'))
    const beside = await server().connect(database)
    // Transactions that write nothing: their ids are used, and no disk knows of them.
    for (let n = 0; n < 100; n++) await beside.query('select pg_current_xact_id()')
    const { rows } = await beside.query<{ readonly xmin: string }>(
      'select pg_snapshot_xmin(pg_current_snapshot())::text as xmin',
    )
    const before = await store.logEnd()
    await server().kill()
    await server().restart()
    const append = () => store.append('client_2', [anEvent('client_2', 'msg_2')], 'any')
    await rejectionOf(append())
    accepted(await append())
    const after: string[] = []
    for await (const recorded of store.readAll({ after: before.position })) {
      after.push(deliveryOf(recorded))
      // Otherwise this test proves nothing.
      const [, xid] = /:(\d+)\//.exec(recorded.position) ?? []
      expect(Number(xid)).toBeLessThan(Number(rows[0]?.xmin))
    }
    expect(after).toEqual(['msg_2'])
    expect((await store.logEnd()).marker).not.toBe(before.marker)
    await beside.end()
    await store.close()
  })
})
