// What an erasure costs in a small and in a large store, and how long appends wait meanwhile. Arguments: numbers of
// events, and `SQLite` or `PostgreSQL` for one of them only. Or: the number of events, and
// --store URL, a store that bench/large-store.mjs has left.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openPostgresStore } from '../dist/stores/postgres/index.js'
import { openSqliteStore } from '../dist/stores/sqlite/index.js'
import { describeMachine, median } from './measure.mjs'
import { startPostgres } from './start-postgres.mjs'
import { quantile } from './stores-workload.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { store: { type: 'string' } },
})
const [sizes = '1000,1000000', ONLY] = positionals
const SIZES = sizes.split(',').map(Number)
const isWanted = (name) => ONLY === undefined || ONLY === name
const EVENTS_OF_EACH = 5
const ROUNDS = 100
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

/** Events beside those that are in the store at first. */
let appended = 1e9

/** What the disk takes for a write and its sync, in milliseconds. */
const describeDisk = (folder) => {
  const file = openSync(join(folder, 'disk'), 'w')
  const times = Array.from({ length: 500 }, () => {
    const started = performance.now()
    writeSync(file, 'x'.repeat(4096))
    fsyncSync(file)
    return performance.now() - started
  })
  closeSync(file)
  return `a sync of the disk: p50 ${median(times).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms, longest ${Math.max(...times).toFixed(1)} ms`
}

const fill = async (store, events) => {
  for (let first = 0; first < events; first += 2000) {
    const count = Math.min(2000, events - first)
    await store.record(Array.from({ length: count }, (_, index) => eventOf(first + index)))
  }
}

/** Appends one event after the other until it is stopped, and keeps the milliseconds that each took. */
const appendMeanwhile = (store) => {
  const times = []
  let isOver = false
  const run = async () => {
    while (!isOver) {
      const started = performance.now()
      await store.record([eventOf((appended += 1) * EVENTS_OF_EACH)])
      times.push(performance.now() - started)
    }
  }
  const running = run()
  return async () => {
    isOver = true
    await running
    const [p99, longest] = [quantile(times, 0.99), Math.max(...times)]
    return `${times.length} appends: p99 ${p99.toFixed(1)} ms, longest ${longest.toFixed(1)} ms`
  }
}

const measure = async (name, store, events) => {
  const clients = events / EVENTS_OF_EACH
  const stopAlone = appendMeanwhile(store)
  await delay(2000)
  console.log(`${name}, ${events} events, without an erasure: ${await stopAlone()}`)
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
    const meanwhile = await stop()
    console.log(
      `${name}, ${events} events: erasing one ${kind} takes ${median(times).toFixed(1)} ms (median of ${ROUNDS}; ` +
        `longest ${Math.max(...times).toFixed(1)}); meanwhile ${meanwhile}`,
    )
  }
}

console.log(`${describeMachine()}\nnode bench/erasure.mjs`)
const measureSqlite = async (events) => {
  const folder = mkdtempSync(join(tmpdir(), 'clientfold-erasure-'))
  console.log(describeDisk(folder))
  const store = await openSqliteStore(join(folder, 'clients.db'))
  await fill(store, events)
  await measure('SQLite', store, events)
  await store.close()
  rmSync(folder, { recursive: true })
}

const measurePostgres = async () => {
  const server = await startPostgres()
  try {
    for (const events of SIZES) {
      const store = await openPostgresStore({ url: server.url(), schema: `of_${events}` })
      await fill(store, events)
      await measure('PostgreSQL', store, events)
      await store.close()
    }
  } finally {
    await server.stop()
  }
}

const measureFilled = async (url) => {
  const isFile = url.startsWith('sqlite:')
  const store = await (isFile
    ? openSqliteStore(url.slice('sqlite:'.length))
    : openPostgresStore(url))
  await measure(isFile ? 'SQLite' : 'PostgreSQL', store, SIZES[0])
  await store.close()
}

if (options.store !== undefined) await measureFilled(options.store)
else if (isWanted('SQLite')) for (const events of SIZES) await measureSqlite(events)
if (options.store === undefined && isWanted('PostgreSQL')) await measurePostgres()
