import { describe, expect, it } from 'vitest'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { DRIVERS, everything, linesOf, newPath, startChild } from './given.js'

/** `npm run test:crash` sets more. */
const ROUNDS = Number(process.env.CLIENTFOLD_CRASH_ROUNDS ?? 25)

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

describe.each(DRIVERS)('the SQLite store on %s at a kill', (driver) => {
  it(
    'a store that is killed while it writes loses nothing, doubles nothing, and leaves no gap',
    async () => {
      const path = await newPath()
      const acknowledged: string[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const child = startChild(['write', path, driver, String(round)])
        const lines = linesOf(child)
        await new Promise((resolve) => child.stdout?.once('data', resolve))
        await pause(Math.random() * 40)
        child.kill('SIGKILL')
        acknowledged.push(...(await lines).flatMap((line) => line.split(' ')))
      }

      const store = await openSqliteStore({ path, driver })
      const read = await everything(store)
      const ids = read.map(({ event }) => event.id)
      const there = new Set(ids)
      const lost = acknowledged.filter((id) => !there.has(id)).length
      const doubled = ids.length - there.size
      let holes = 0
      for (const clientId of await store.clientIds()) {
        const revisions = (await store.readClient(clientId)).map(({ revision }) => revision)
        holes += revisions.filter((revision, index) => revision !== index + 1).length
      }
      await store.close()

      console.log(
        `SQLite on ${driver}: ${ROUNDS} kills, ${acknowledged.length} acknowledged, ` +
          `lost ${lost}, duplicated ${doubled}, holes ${holes}`,
      )
      expect(acknowledged.length).toBeGreaterThan(ROUNDS)
      expect({ lost, doubled, holes }).toEqual({ lost: 0, doubled: 0, holes: 0 })
    },
    10_000 + ROUNDS * 5000,
  )
})
