import { describe } from 'vitest'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { changesTests } from './changes-property.js'

describe('changes of a store in memory', () => {
  changesTests((count) => {
    const store = openMemoryStore()
    return Promise.resolve(Array.from({ length: count }, () => store))
  }, 50)
})
