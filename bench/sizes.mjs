// What an event takes on disk in each store, and how fast it is recorded, read and joined to views.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEvent } from '../dist/index.js'
import { openClients } from '../dist/clients/clients.js'
import { openJetStreamStore } from '../dist/stores/jetstream/index.js'
import { openPostgresStore } from '../dist/stores/postgres/index.js'
import { openSqliteStore } from '../dist/stores/sqlite/index.js'
import { generateLog } from '../dist/testing/log/generate-log.js'
import { describeMachine } from './measure.mjs'
import { startNats } from './start-nats.mjs'
import { startPostgres } from './start-postgres.mjs'

const EVENTS = Number(process.argv[2] ?? 50_000)
const BATCH = 500

/** Each event once, and said now, as most webhooks are: JetStream reads more for an id that it may know already. */
const log = [
  ...new Map(
    Array.from(
      generateLog({ events: EVENTS, clients: EVENTS / 10, seed: 1, shape: 'slim' }),
      (line) => {
        const event = parseEvent(line).right
        return [event.id, { ...event, timestamp: Date.now() }]
      },
    ),
  ).values(),
]
const lineBytes = log.reduce((bytes, event) => bytes + JSON.stringify(event).length, 0)

const seconds = async (work) => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

const rate = (count, time) => `${Math.round(count / time).toLocaleString('en')}/s`

const folder = mkdtempSync(join(tmpdir(), 'clientfold-sizes-'))
const postgres = await startPostgres()
const nats = await startNats()
const bytesIn = (path) => Number(spawnSync('du', ['-sb', path]).stdout.toString().split('\t')[0])

const relationBytes = async (pattern) => {
  const client = await postgres.connect('postgres')
  const { rows } = await client.query(
    `select coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 as bytes from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'clientfold' and c.relkind = 'r' and c.relname ${pattern}`,
  )
  await client.end()
  return rows[0].bytes
}

const viewsPath = join(folder, 'views.db')
const path = join(folder, 'log.db')
const stores = [
  {
    name: 'SQLite',
    open: () => openSqliteStore({ path }),
    logBytes: () => statSync(path).size,
    viewsBytes: (before) => statSync(path).size - before,
  },
  {
    name: 'PostgreSQL',
    open: () => openPostgresStore(postgres.url()),
    logBytes: () => relationBytes("not like 'view\\_%'"),
    viewsBytes: () => relationBytes("like 'view\\_%'"),
  },
  {
    name: 'JetStream, one replica, sync always',
    open: () => openJetStreamStore(nats.url('SIZES')),
    logBytes: () => bytesIn(join(nats.folder, 'data')),
    viewsBytes: () => statSync(viewsPath).size,
    openViews: () => openSqliteStore({ path: viewsPath }),
  },
]

try {
  console.log(describeMachine())
  console.log(
    `${log.length} events of ${EVENTS / 10} clients, ${Math.round(lineBytes / log.length)} B each as JSON`,
  )
  for (const { name, open, logBytes, viewsBytes, openViews } of stores) {
    const store = await open()
    let recorded = 0
    const recording = await seconds(async () => {
      for (let start = 0; start < log.length; start += BATCH) {
        const outcomes = await store.record(log.slice(start, start + BATCH))
        recorded += outcomes.filter(({ _tag }) => _tag === 'Recorded').length
      }
    })
    const bytes = await logBytes()
    const reading = await seconds(async () => {
      let events = 0
      for await (const { revision } of store.readAll()) if (revision > 0) events += 1
      if (events !== recorded) throw new Error('a reading is not complete')
    })
    const viewsStore = await openViews?.()
    const clients = openClients({ store, ...(viewsStore && { viewsIn: viewsStore.sql }) })
    const joining = await seconds(() => clients.views.catchUp({ inLargeBatches: true }))
    const ofViews = await viewsBytes(bytes)
    console.log(
      `${name}: ${Math.round(bytes / recorded)} B an event, views ${Math.round(ofViews / recorded)} B an event; ` +
        `recorded ${rate(recorded, recording)}, read ${rate(recorded, reading)}, joined to views ${rate(recorded, joining)}`,
    )
    await clients.close()
    await viewsStore?.close()
  }

  // Workers in this process share one consumer, and keep views in PostgreSQL up.
  for (const workers of [1, 2, 4]) {
    const schema = `workers_${workers}`
    const ending = new AbortController()
    const opened = await Promise.all(
      Array.from({ length: workers }, async () => {
        const store = await openJetStreamStore(nats.url('SIZES'))
        const viewsStore = await openPostgresStore({ url: postgres.url(), schema })
        return { store, viewsStore, clients: openClients({ store, viewsIn: viewsStore.sql }) }
      }),
    )
    const { clients } = opened[0]
    let joined = 0
    let done
    const time = await seconds(async () => {
      const all = new Promise((resolve) => (done = resolve))
      const running = opened.map(({ clients }) =>
        clients.views.keepUp({
          signal: ending.signal,
          onJoined: (events) => {
            joined += events
            if (joined >= log.length) done()
          },
        }),
      )
      await all
      ending.abort()
      opened.running = Promise.all(running)
    })
    await opened.running
    console.log(
      `${workers} workers, views in PostgreSQL: ${rate(joined, time)}, lag ${await clients.views.lag()}`,
    )
    for (const { clients, viewsStore } of opened) {
      await clients.close()
      await viewsStore.close()
    }
  }
} finally {
  await nats.stop()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
