import { join } from 'node:path'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { DRIVERS, newFolder } from '../stores/sqlite/given.js'
import { runStoreContract } from './run-contract.js'

for (const driver of DRIVERS) {
  let folder = ''
  const harness = {
    open: () => openSqliteStore({ path: join(folder, 'clients.db'), driver, pollMilliseconds: 20 }),
    renew: async () => {
      folder = await newFolder()
    },
  }
  runStoreContract(`the SQLite store on ${driver}`, harness)
}
