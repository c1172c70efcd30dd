import { expect, it } from 'vitest'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { aSessionEvent } from '../../given.js'
import { newPath } from './given.js'

const MOST_READINGS = 100_000

it('the event loop turns while one reading of a SQLite store follows the other', async () => {
  const store = await openSqliteStore(await newPath())
  await store.record([aSessionEvent()])
  let [turns, readings, isOver] = [0, 0, false]
  const count = (): void => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  // An awaited answer of SQLite is no turn of the event loop by itself.
  while (turns < 3 && readings < MOST_READINGS) {
    await store.readClient('client_1')
    readings += 1
  }
  isOver = true
  expect(turns).toBe(3)
  await store.close()
})
