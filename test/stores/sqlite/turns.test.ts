import { setImmediate, setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { createTurns } from '../../../src/stores/sqlite/turns.js'
import { aSessionEvent } from '../../given.js'
import { newPath } from './given.js'

const MOST_READINGS = 100_000

it('the event loop turns while one reading of a SQLite store follows the other', async () => {
  const store = await openSqliteStore(await newPath())
  await store.record([aSessionEvent()])
  let [turns, readings, isOver] = [0, 0, false]
  const count = (): void => {
    turns += 1
    if (!isOver) globalThis.setImmediate(count)
  }
  globalThis.setImmediate(count)
  // An awaited answer of SQLite is no turn of the event loop by itself.
  while (turns < 3 && readings < MOST_READINGS) {
    await store.readClient('client_1')
    readings += 1
  }
  isOver = true
  expect(turns).toBe(3)
  await store.close()
})

const waitBusily = (milliseconds: number): void => {
  const started = performance.now()
  while (performance.now() - started < milliseconds);
}

it('work that waits for its turn begins within a fifth of a second, however much work comes later', async () => {
  const inTurn = createTurns()
  const longWork = () =>
    inTurn(() => {
      waitBusily(10)
      return Promise.resolve()
    })
  let [works, isOver] = [0, false]
  // As appends that follow each other on a slow disk.
  const others = (async () => {
    while (!isOver && works < 50) {
      await longWork()
      works += 1
      await setImmediate()
    }
  })()
  await delay(5)
  const before = works
  await longWork()
  isOver = true
  // Each takes 10 ms, and nothing goes first after 200 ms.
  expect(works - before).toBeLessThan(25)
  await others
})

it('works that waited share a turn in their order, until it is over', async () => {
  const inTurn = createTurns()
  const order: string[] = []
  const work = (name: string, milliseconds: number) =>
    inTurn(() => {
      waitBusily(milliseconds)
      order.push(name)
      return Promise.resolve(name)
    })
  const failing = () => inTurn(() => Promise.reject(new Error('no disk')))
  const all = [work('a', 10), work('b', 1), work('c', 9), work('d', 1)]
  const failed = expect(failing()).rejects.toThrow('no disk')
  expect(order).toEqual(['a'])
  void setImmediate().then(() => order.push('turn'))
  await Promise.all(all)
  expect(order.filter((name) => name !== 'turn')).toEqual(['a', 'b', 'c', 'd'])
  await failed
  expect(await work('e', 0)).toBe('e')
})
