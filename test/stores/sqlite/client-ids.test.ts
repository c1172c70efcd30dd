import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent } from '../../given.js'
import { DRIVERS, newPath } from './given.js'

describe.each(DRIVERS)('the ids of all clients of a SQLite store on %s', (driver) => {
  // They are read in pages of 2,000.
  it.each([0, 1, 1999, 2000, 2001, 4000, 4001])(
    'all of %d ids are given, each once',
    async (count) => {
      const store = await openSqliteStore({ path: await newPath(), driver })
      const ids = Array.from({ length: count }, (_, serial) => `client_${serial}`)
      const events = ids.map((id) => aSessionEvent({ client_id: id }, { id: `a_${id}` }))
      // A second event of each client gives no second id.
      const again = ids.map((id) => aSessionEvent({ client_id: id }, { id: `b_${id}` }))
      await store.record([...events, ...again])
      expect(await store.clientIds()).toEqual(ids.toSorted())
      await store.close()
    },
  )
})
