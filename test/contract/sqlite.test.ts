import { join } from 'node:path'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { expect, it } from 'vitest'
import { flipBits } from '../stores/sqlite/bit-flips.js'
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

  // With more flips in the slow tests. Here, because these tests run on every version of Node.
  it(`after flips of a bit, every answer of the SQLite store on ${driver} is right or reports the damage`, async () => {
    const { silentlyWrong, told } = await flipBits(driver, 25, 2)
    expect(silentlyWrong).toEqual([])
    expect(told).toBeGreaterThan(0)
  })
}
