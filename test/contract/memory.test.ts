import { openMemoryStore } from '../../src/stores/memory/open.js'
import { runStoreContract } from './run-contract.js'

const harness = {
  open: () => Promise.resolve(openMemoryStore()),
  renew: () => Promise.resolve(),
}

runStoreContract('the memory store', harness, ['one-handle'])
