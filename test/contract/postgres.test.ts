import { expect, it } from 'vitest'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { hasPostgres } from '../stores/postgres/server.js'
import { runStoreContract } from './run-contract.js'

it.runIf(process.env.CI === 'true')('the continuous integration has PostgreSQL', () => {
  expect(hasPostgres).toBe(true)
})

describeWithPostgres('PostgreSQL', (server) => {
  // Each case has a schema of its own, which is created faster than a database.
  let count = 0
  const harness = {
    open: () =>
      openPostgresStore({
        url: server().url(),
        schema: `store_${count}`,
        pollMilliseconds: 100,
      }),
    renew: () => {
      count += 1
      return Promise.resolve()
    },
  }
  runStoreContract('the PostgreSQL store', harness)
})
