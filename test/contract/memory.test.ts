import { openMemoryStore } from '../../src/stores/memory/open.js'
import { sharedMemory } from '../testing/stores/shared-memory.js'
import { runStoreContract } from './run-contract.js'

const harness = {
  open: () => Promise.resolve(openMemoryStore()),
  renew: () => Promise.resolve(),
}

runStoreContract('the memory store', harness, ['one-handle'])

runStoreContract('memory that outlives its handles', sharedMemory(), ['several-handles'])

runStoreContract('memory that has one handle at a time', sharedMemory({ hasOneHandle: true }), [
  'reopening',
])
