import { expect, it } from 'vitest'
import { openJetStreamStore } from '../../src/stores/jetstream/index.js'
import { describeWithNats } from '../stores/jetstream/given.js'
import { hasNats } from '../stores/jetstream/server.js'
import { runStoreContract } from './run-contract.js'

it.runIf(process.env.CI === 'true')('the continuous integration has a NATS server', () => {
  expect(hasNats).toBe(true)
})

describeWithNats('NATS', (server) => {
  let count = 0
  runStoreContract('the JetStream store', {
    open: () => openJetStreamStore({ url: server().url(`STORE_${count}`), pollMilliseconds: 100 }),
    renew: () => {
      count += 1
      return Promise.resolve()
    },
  })
})
