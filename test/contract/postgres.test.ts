import { expect, it } from 'vitest'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { hasPostgres } from '../stores/postgres/server.js'
import { runStoreContract } from './run-contract.js'

it.runIf(process.env.CI === 'true')('the continuous integration has a PostgreSQL', () => {
  expect(hasPostgres).toBe(true)
})

describeWithPostgres('on a server of its own', (server) => {
  // A schema each is as empty as a database each, and sooner made.
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
