// The longest turns of the event loop while a SQLite store answers, on one process: what a webhook that comes meanwhile waits.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

/** Milliseconds of processor time so far: of this thread where Node can tell, else of the process. */
const processorTime = () => {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage()
  return (user + system) / 1000
}

/**
 * The turns of the event loop during some work. On a machine with other work a turn waits for a processor,
 * and a turn that commits waits for the disk. The processor time counts neither.
 */
const turnsOf = async (work) => {
  const [turns, processor] = [[], []]
  let isOver = false
  const counting = (async () => {
    let [before, processorBefore] = [performance.now(), processorTime()]
    while (!isOver) {
      await setImmediate()
      const [now, processorNow] = [performance.now(), processorTime()]
      turns.push(now - before)
      processor.push(processorNow - processorBefore)
      before = now
      processorBefore = processorNow
    }
  })()
  const started = performance.now()
  await work()
  const seconds = (performance.now() - started) / 1000
  isOver = true
  await counting
  const descending = (numbers) => numbers.sort((left, right) => right - left)
  descending(turns)
  descending(processor)
  const p99 = (numbers) => numbers[Math.floor(numbers.length * 0.01)].toFixed(1)
  return {
    seconds: seconds.toFixed(2),
    turns: turns.length,
    'processor p99 ms': p99(processor),
    'longest 3': processor
      .slice(0, 3)
      .map((n) => n.toFixed(0))
      .join(' '),
    'whole p99 ms': p99(turns),
    'longest 3 ': turns
      .slice(0, 3)
      .map((n) => n.toFixed(0))
      .join(' '),
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
