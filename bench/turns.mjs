// The longest turns of the event loop while a SQLite store answers, on one process: what a webhook that comes meanwhile waits.
import { existsSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Buffer } from 'node:buffer'
import { setImmediate } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openClients, parseEvent } from 'clientfold'
import { openSqliteStore } from 'clientfold/sqlite'
import { generateLog } from '../dist/testing/log/generate-log.js'
import { describeMachine } from './measure.mjs'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '291000' },
    clients: { type: 'string', default: '60000' },
  },
})
const [events, count] = [Number(values.events), Number(values.clients)]

/** How this thread was scheduled; the second number says how many nanoseconds it waited for a processor. Linux has it. */
const schedule = existsSync('/proc/thread-self/schedstat')
  ? openSync('/proc/thread-self/schedstat', 'r')
  : undefined
const buffer = Buffer.alloc(64)

/** Milliseconds so far that this thread waited for a processor that other work had; 0 where no one can tell. */
const waitTime = () => {
  if (schedule === undefined) return 0
  const bytes = readSync(schedule, buffer, 0, buffer.length, 0)
  return Number(buffer.toString('latin1', 0, bytes).split(' ')[1]) / 1e6
}

/** Milliseconds so far: of time, of time without waits for a processor, and of processor time (of all threads where Node cannot tell). */
const timesNow = () => {
  const whole = performance.now()
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage()
  return { whole, own: whole - waitTime(), processor: (user + system) / 1000 }
}

/**
 * The turns of the event loop during some work. What counts is a turn without its waits for a processor:
 * it has the processor time, and the waits for the disk.
 */
const turnsOf = async (work) => {
  const turns = { whole: [], own: [], processor: [] }
  let isOver = false
  const counting = (async () => {
    let before = timesNow()
    while (!isOver) {
      await setImmediate()
      const now = timesNow()
      for (const [name, times] of Object.entries(turns)) times.push(now[name] - before[name])
      before = now
    }
  })()
  const started = performance.now()
  await work()
  const seconds = (performance.now() - started) / 1000
  isOver = true
  await counting
  for (const times of Object.values(turns)) times.sort((left, right) => right - left)
  const p99 = (times) => times[Math.floor(times.length * 0.01)].toFixed(1)
  const longest = (times) =>
    times
      .slice(0, 3)
      .map((n) => n.toFixed(0))
      .join(' ')
  return {
    seconds: seconds.toFixed(2),
    turns: turns.whole.length,
    'processor p99 ms': p99(turns.processor),
    'longest 3': longest(turns.processor),
    'with the disk p99 ms': p99(turns.own),
    'longest 3 ': longest(turns.own),
    'with waits for a processor': longest(turns.whole),
  }
}

const folder = mkdtempSync(join(tmpdir(), 'clientfold-bench-'))
const path = join(folder, 'clients.db')
const store = await openSqliteStore(path)
let batch = []
const record = async () => {
  await store.record(batch)
  batch = []
}
for (const line of generateLog({ events, clients: count, seed: 3, shape: 'slim' })) {
  batch.push(parseEvent(line).right)
  if (batch.length === 5000) await record()
}
await record()
globalThis.gc?.()

const clients = openClients({ store })
const pages = async (query) => {
  for (let n = 0; n < 20; n++) await clients.list({ limit: 100, offset: n * 100, ...query })
}
const works = {
  'everything, as an export': async () => {
    let read = 0
    for await (const { revision } of store.readAll()) read += revision > 0 ? 1 : 0
    if (read === 0) throw new Error('the store is empty')
  },
  'views, as the first list': () => clients.views.catchUp(),
  'pages of 100 clients': pages,
  'a page of 500 clients': () => clients.list({ limit: 500 }),
  'a page far behind': () => clients.list({ limit: 10, offset: Math.floor(count * 0.9) }),
  'all clients': () => clients.list(),
  'sessions of a status': () => clients.sessions({ status: 'revoked', limit: 10 }),
  'live sessions far behind': () =>
    clients.sessions({ status: 'active', at: 'recorded', limit: 10, offset: 20000 }),
  'all sessions': () => clients.sessions({}),
  'a list as of a moment': () => clients.list({ limit: 10, asOf: Date.UTC(2026, 2, 1) }),
  'all clients as of a moment': () => clients.list({ asOf: Date.UTC(2026, 2, 1) }),
  'ids of all clients': () => store.clientIds(),
  'views rebuilt': () => clients.views.rebuild(),
}
console.log(`${describeMachine()}\nnode bench/turns.mjs --events ${events} --clients ${count}`)
const rows = {}
for (const [name, work] of Object.entries(works)) {
  if (process.env.ONLY && !name.match(process.env.ONLY)) continue
  rows[name] = await turnsOf(work)
}
console.table(rows)
await clients.close()
rmSync(folder, { recursive: true })
