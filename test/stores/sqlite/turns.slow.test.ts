import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openClients } from '../../../src/clients/clients.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { generateLog } from '../../../src/testing/log/generate-log.js'
import { parseEvent } from '../../../src/events/decode-event.js'
import { newPath } from './given.js'

const EVENTS = 100_000
const CLIENTS = 30_000

/** Counts the turns of the event loop during some work, and prints the longest one. */
const turnsOf = async (name: string, work: () => Promise<unknown>): Promise<number> => {
  const delays = monitorEventLoopDelay({ resolution: 1 })
  let [turns, longest, isOver] = [0, 0, false]
  const counting = (async () => {
    let before = performance.now()
    while (!isOver) {
      await setImmediate()
      const now = performance.now()
      longest = Math.max(longest, now - before)
      before = now
      turns += 1
    }
  })()
  delays.enable()
  await work()
  isOver = true
  delays.disable()
  await counting
  const p99 = delays.percentile(99) / 1e6
  console.log(
    `${name}: ${turns} turns, longest ${longest.toFixed(1)} ms, p99 of the delay ${p99.toFixed(1)} ms`,
  )
  return turns
}

it('long readings of a SQLite store give the event loop many turns', async () => {
  const store = await openSqliteStore(await newPath())
  const lines = [...generateLog({ events: EVENTS, clients: CLIENTS, seed: 3, shape: 'slim' })]
  for (let start = 0; start < lines.length; start += 5000) {
    const events = lines.slice(start, start + 5000).map((line) => {
      const event = parseEvent(line)
      if (event._tag === 'Left') throw new Error('a generated line is an event')
      return event.right
    })
    await store.record(events)
  }
  const clients = openClients({ store })
  const drain = async (): Promise<void> => {
    for await (const _ of store.readAll()) continue
  }
  // A page has 200 events.
  expect(await turnsOf('to read everything', drain)).toBeGreaterThan(EVENTS / 250)
  expect(await turnsOf('the ids of all clients', store.clientIds)).toBeGreaterThan(CLIENTS / 2500)
  expect(await turnsOf('to make the views', clients.views.catchUp)).toBeGreaterThan(EVENTS / 250)
  // A page has 512 clients at most, and two pages can share a turn; a portion of a count has 8,192 rows.
  expect(await turnsOf('all clients', () => clients.list())).toBeGreaterThan(CLIENTS / 2048)
  const revoked = () => clients.sessions({ status: 'revoked', limit: 10 })
  expect(await turnsOf('sessions of a status', revoked)).toBeGreaterThan(1)
  const rebuild = () => clients.views.rebuild()
  expect(await turnsOf('to rebuild the views', rebuild)).toBeGreaterThan(EVENTS / 250)
  const pastList = () => clients.list({ limit: 10, asOf: Date.UTC(2026, 4, 1) })
  expect(await turnsOf('a list of another moment', pastList)).toBeGreaterThan(EVENTS / 250)
  await clients.close()
}, 180_000)
