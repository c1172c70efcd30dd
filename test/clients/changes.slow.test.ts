import { describe } from 'vitest'
import type { EventStore } from '../../src/event-store/event-store.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { DRIVERS, newPath } from '../stores/sqlite/given.js'
import { changesTests } from './changes-property.js'

for (const driver of DRIVERS) {
  describe(`changes of a SQLite store (${driver})`, () => {
    changesTests(async (count) => {
      const path = await newPath()
      const stores: EventStore[] = []
      for (let n = 0; n < count; n++) stores.push(await openSqliteStore({ path, driver }))
      return stores
    }, 15)
  })
}

describeWithPostgres('changes of a PostgreSQL store', (server) => {
  changesTests(async (count) => {
    const url = server().url(await server().newDatabase())
    const stores: EventStore[] = []
    for (let n = 0; n < count; n++) stores.push(await openPostgresStore(url))
    return stores
  }, 10)
})
