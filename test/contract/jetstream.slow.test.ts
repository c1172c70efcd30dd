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
  const harness = {
    open: () => openJetStreamStore({ url: server().url(`STORE_${count}`), pollMilliseconds: 100 }),
    renew: () => {
      count += 1
      return Promise.resolve()
    },
  }
  // Each append waits for the disk several times, and other slow tests use it too.
  runStoreContract('the JetStream store', harness, undefined, 300)
})
