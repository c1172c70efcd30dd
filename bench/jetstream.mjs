// The JetStream store beside the raw client that does the same durable writes and reads, in one run, in turn;
// medians. Then what workers gain, and how a store of many clients opens.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import { fold } from '../dist/index.js'
import { openClients } from '../dist/clients/clients.js'
import { openJetStreamStore } from '../dist/stores/jetstream/index.js'
import { openPostgresStore } from '../dist/stores/postgres/index.js'
import { openRaw } from './jetstream-raw.mjs'
import { describeMachine } from './measure.mjs'
import { startNats, startNatsCluster } from './start-nats.mjs'
import { startPostgres } from './start-postgres.mjs'
import { atOnce, batchOf, compare, compareLoads, eventOf, secondsOf } from './stores-workload.mjs'

const [kind = 'one', size = '20000'] = process.argv.slice(2)
const CLIENTS = Number(size)
const COMMAND = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))

/** Webhooks say what happened now. The store reads more for an event that was said days ago. */
const now = (events) => events.map((event) => ({ ...event, timestamp: Date.now() }))

const compareAppends = async (raw, store) => {
  let series = 0
  const clientId = () => `j${(series += 1)}`
  const appenders = [
    { name: 'raw client', append: (id, events, revision) => raw.append(id, events, revision) },
    { name: 'clientfold', append: (id, events, revision) => store.append(id, events, revision) },
  ]
  const contenders = (events, work) =>
    appenders.map(({ name, append }) => ({
      name,
      measure: async () => events / (await secondsOf(() => work(append))),
    }))
  await compare(
    'append of one event, durable (200 in a row)',
    contenders(200, async (append) => {
      const id = clientId()
      for (let n = 0; n < 200; n++) await append(id, now([eventOf(id, n)]), n)
    }),
  )
  await compare(
    'append of one event of a new client, 16 at once (320)',
    contenders(320, (append) =>
      atOnce(16, 320, () => {
        const id = clientId()
        return append(id, now([eventOf(id, 0)]), 0)
      }),
    ),
  )
  await compare(
    'batches of 500 events, events (8 in a row)',
    contenders(4000, async (append) => {
      const id = clientId()
      for (let n = 0; n < 8; n++) await append(id, now(batchOf(id, 500 * n, 500)), 500 * n)
    }),
  )
}

const compareReads = async (raw, store) => {
  const rateOf = (read) => async () => {
    let count
    const seconds = await secondsOf(async () => (count = await read()))
    return count / seconds
  }
  const readAll = async () => {
    let count = 0
    for await (const { revision } of store.readAll()) if (revision > 0) count += 1
    return count
  }
  await compare('everything read, events', [
    { name: 'raw client', measure: rateOf(raw.readAll) },
    { name: 'clientfold', measure: rateOf(readAll) },
  ])
  const [rawEvents, events] = [await raw.readAll(), await readAll()]
  let consumers = 0
  await compare('consumed, folded and acknowledged, events', [
    {
      name: 'raw client',
      measure: async () => {
        const name = `bench-${(consumers += 1)}`
        const take = (batch) => Promise.resolve(fold(batch))
        return rawEvents / (await secondsOf(() => raw.consume(name, rawEvents, take)))
      },
    },
    {
      name: 'clientfold',
      measure: async () => {
        const consumer = await store.consumers.open(`bench-${(consumers += 1)}`)
        const onDamage = (damage) => {
          throw damage
        }
        const seconds = await secondsOf(async () => {
          for (let count = 0; count < events;) {
            const delivery = await consumer.next({ onDamage })
            fold(delivery.events.map(({ event }) => event))
            await delivery.acknowledge()
            count += delivery.events.length
          }
        })
        return events / seconds
      },
    },
  ])
}

const recordClients = async (store, clients) => {
  for (let start = 0; start < clients; start += 300) {
    const count = Math.min(300, clients - start)
    await store.record(now(Array.from({ length: count }, (_, n) => eventOf(`m${start + n}`, 0))))
  }
}

/** How fast workers join everything to new views in PostgreSQL, once the first one works. */
const measureWorkers = async (store, events) => {
  const postgres = await startPostgres()
  try {
    for (const count of [1, 2, 4]) {
      const views = postgres.url(await postgres.newDatabase())
      const viewsStore = await openPostgresStore(views)
      const control = openClients({ store, viewsIn: viewsStore.sql }).views
      const args = [COMMAND, 'project', '--store', url, '--views', views]
      const workers = Array.from({ length: count }, () =>
        spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] }),
      )
      await Promise.race(workers.map((worker) => once(worker.stderr, 'data')))
      const seconds = await secondsOf(async () => {
        while ((await control.lag()) > 0) await pause(50)
      })
      console.log(`${count} workers: ${Math.round(events / seconds)} events/s`)
      await Promise.all(
        workers.map((worker) => {
          const ended = once(worker, 'close')
          worker.kill()
          return ended
        }),
      )
      await viewsStore.close()
    }
  } finally {
    await postgres.stop()
  }
}

const memoryOf = (processId) => {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8')
  return `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024)} MiB`
}

/** Times the opening of a store of many clients in a new process, and its first answers. */
const measureOpening = async (clients) => {
  const script = `
    import { openJetStreamStore } from ${JSON.stringify(new URL('../dist/stores/jetstream/index.js', import.meta.url).href)}
    const started = performance.now()
    const store = await openJetStreamStore(${JSON.stringify(url)})
    const opened = performance.now()
    await store.readClient('m1')
    const read = performance.now()
    await store.append('m1', [${JSON.stringify(eventOf('m1', 1))}].map((event) => ({ ...event, timestamp: Date.now() })), 'any')
    console.log([opened - started, read - opened, performance.now() - read].map(Math.round).join(' / '), 'ms;', Math.round(process.memoryUsage.rss() / 2 ** 20), 'MiB')
    await store.close()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' })
  child.stderr.pipe(process.stderr)
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  await once(child, 'close')
  console.log(`${clients} clients: opening / reading a client / appending to it: ${text.trim()}`)
}

console.log(`${describeMachine()}\nnode bench/jetstream.mjs ${kind} ${size}`)
const servers = kind === 'three' ? await startNatsCluster() : [await startNats()]
const hosts = servers.map(({ port }) => `127.0.0.1:${port}`)
const url = `nats://${hosts.join(',')}/OURS${kind === 'three' ? '' : '?sync=always'}`
const openStore = async () => {
  for (let tries = 0; ; tries++) {
    try {
      return await openJetStreamStore(url)
    } catch (error) {
      // A new cluster needs some seconds.
      if (tries > 100) throw error
      await pause(200)
    }
  }
}
const store = await openStore()
try {
  const raw = await openRaw(hosts, servers.length)
  for (let n = 0; n < 20; n++) {
    await raw.append(`r${n}`, now(batchOf(`r${n}`, 0, 500)), 0)
    await store.append(`r${n}`, now(batchOf(`r${n}`, 0, 500)), 0)
  }
  await compareReads(raw, store)
  const contender = {
    append: (events, first) => raw.append(events[0].data.client_id, events, first - 1),
    load: raw.load,
  }
  await compareLoads('NATS', contender, store, { clients: 50, loads: 200 })
  await compareAppends(raw, store)
  await raw.close()

  await measureOpening('few')
  const seconds = await secondsOf(() => recordClients(store, CLIENTS))
  console.log(`${CLIENTS} new clients recorded: ${Math.round(CLIENTS / seconds)} events/s`)
  let events = 0
  for await (const { revision } of store.readAll()) if (revision > 0) events += 1
  await measureOpening(CLIENTS)
  console.log(`the servers take ${servers.map(({ processId }) => memoryOf(processId)).join(', ')}`)
  await measureWorkers(store, events)
} finally {
  await store.close()
  for (const server of servers) await server.stop()
}
