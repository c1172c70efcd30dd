// What an erasure costs in a small and in a large store, and how long appends wait meanwhile.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openPostgresStore } from '../dist/stores/postgres/index.js'
import { openSqliteStore } from '../dist/stores/sqlite/index.js'
import { describeMachine } from './measure.mjs'
import { startPostgres } from './start-postgres.mjs'

const SIZES = (process.argv[2] ?? '1000,1000000').split(',').map(Number)
const EVENTS_OF_EACH = 5
const ROUNDS = 20
const START = 1_779_955_200_000

/** The n-th event: five in a row belong to one client, which two users share. */
const eventOf = (n) => {
  const client = Math.floor(n / EVENTS_OF_EACH)
  const user = client * 2 + (n % 2)
  return {
    object: 'event',
    id: `msg_${n}`,
    type: 'session.created',
    timestamp: START + n,
    data: {
      ...{ object: 'session', id: `sess_${user}`, user_id: `user_${user}` },
      ...{ client_id: `client_${client}`, status: 'active', last_active_at: START + n },
      ...{ expire_at: START + 6e8, abandon_at: START + 2e9, updated_at: START + n },
      created_at: START,
    },
  }
}

const fill = async (store, events) => {
  for (let first = 0; first < events; first += 2000) {
    const count = Math.min(2000, events - first)
    await store.record(Array.from({ length: count }, (_, index) => eventOf(first + index)))
  }
}

/** Appends one event after the other until it is stopped, and keeps the longest time of one. */
const appendMeanwhile = (store) => {
  let [isOver, longest, count] = [false, 0, 0]
  const run = async () => {
    while (!isOver) {
      const started = performance.now()
      await store.record([eventOf(1e9 + count * EVENTS_OF_EACH)])
      longest = Math.max(longest, performance.now() - started)
      count += 1
    }
  }
  const running = run()
  return async () => {
    isOver = true
    await running
    return { longest, count }
  }
}

const median = (numbers) => numbers.toSorted((left, right) => left - right)[numbers.length >> 1]

const measure = async (name, store, events) => {
  await fill(store, events)
  const clients = events / EVENTS_OF_EACH
  const stopAlone = appendMeanwhile(store)
  await delay(2000)
  const alone = await stopAlone()
  console.log(
    `${name}, ${events} events: the longest of ${alone.count} appends without an erasure ${alone.longest.toFixed(1)} ms`,
  )
  for (const kind of ['client', 'user']) {
    const times = []
    const stop = appendMeanwhile(store)
    for (let round = 0; round < ROUNDS; round++) {
      const client = Math.floor((clients * (round + (kind === 'client' ? 0 : 0.5))) / ROUNDS)
      const started = performance.now()
      if (kind === 'client') await store.eraseClient(`client_${client}`)
      else await store.eraseUser(`user_${client * 2}`)
      times.push(performance.now() - started)
    }
    const { longest, count } = await stop()
    console.log(
      `${name}, ${events} events: erasing one ${kind} takes ${median(times).toFixed(1)} ms (median of ${ROUNDS}; ` +
        `longest ${Math.max(...times).toFixed(1)}); the longest of ${count} appends meanwhile ${longest.toFixed(1)} ms`,
    )
  }
}

console.log(`${describeMachine()}\nnode bench/erasure.mjs`)
for (const events of SIZES) {
  const folder = mkdtempSync(join(tmpdir(), 'clientfold-erasure-'))
  const store = await openSqliteStore(join(folder, 'clients.db'))
  await measure('SQLite', store, events)
  await store.close()
  rmSync(folder, { recursive: true })
}
const server = await startPostgres()
try {
  for (const events of SIZES) {
    const store = await openPostgresStore({ url: server.url(), schema: `of_${events}` })
    await measure('PostgreSQL', store, events)
    await store.close()
  }
} finally {
  await server.stop()
}
