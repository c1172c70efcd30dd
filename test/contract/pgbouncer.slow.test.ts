import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { hasPgBouncer, startPgBouncer, type PgBouncer } from '../stores/postgres/pgbouncer.js'
import { runStoreContract } from './run-contract.js'

describe.skipIf(!hasPgBouncer)('PgBouncer', () => {
  describeWithPostgres('PostgreSQL behind PgBouncer in transaction mode', (server) => {
    let bouncer: PgBouncer
    beforeAll(async () => {
      bouncer = await startPgBouncer(server())
    })
    afterAll(async () => {
      await bouncer.stop()
    })
    let count = 0
    runStoreContract('the PostgreSQL store', {
      open: () =>
        openPostgresStore({ url: bouncer.url, schema: `store_${count}`, pollMilliseconds: 100 }),
      renew: () => {
        count += 1
        return Promise.resolve()
      },
    })

    it('PgBouncer shares few connections of the server', async () => {
      const client = await server().connect()
      const { rows } = await client.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity where usename = 'owner'`,
      )
      console.log(`${bouncer.version}: ${rows[0]?.count} connections to the server`)
      expect(rows[0]?.count).toBeLessThanOrEqual(20)
      await client.end()
    })
  })
})
