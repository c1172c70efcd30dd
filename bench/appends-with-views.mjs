// What appends lose when views are kept up beside them: `clients.record`, whose process keeps views up, and
// `store.record` on a store without views, in turn.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openClients } from '../dist/index.js'
import { openPostgresStore } from '../dist/stores/postgres/index.js'
import { openSqliteStore } from '../dist/stores/sqlite/index.js'
import { describeMachine, median } from './measure.mjs'
import { startPostgres } from './start-postgres.mjs'
import { atOnce, eventOf, secondsOf } from './stores-workload.mjs'

const ROUNDS = Number(process.argv[2] ?? 5)

/** The kinds of appends: how many events of one client at a time, how many calls at once, how many calls. */
const WORKS = {
  'one event, 64 at once': { events: 1, callers: 64, calls: 20_000 },
  'batches of 100, 8 at once': { events: 100, callers: 8, calls: 600 },
}

let series = 0
const run = ({ record }, { events, callers, calls }) => {
  const base = (series += 1)
  // Ten appends for each client.
  return atOnce(callers, calls, (call) => {
    const [client, first] = [`c${base}_${Math.floor(call / 10)}`, (call % 10) * events]
    return record(Array.from({ length: events }, (_, index) => eventOf(client, first + index)))
  })
}

const measure = async (name, open) => {
  const [plain, kept] = [await open('plain'), await open('kept')]
  const clients = openClients({ store: kept })
  const contenders = { plain: { record: plain.record }, views: { record: clients.record } }
  await clients.list({ limit: 1 })
  for (const [what, work] of Object.entries(WORKS)) {
    const rates = { plain: [], views: [] }
    const behind = []
    for (let round = -1; round < ROUNDS; round++) {
      for (const [contender, target] of Object.entries(contenders)) {
        const seconds = await secondsOf(() => run(target, work))
        if (round >= 0) rates[contender].push((work.events * work.calls) / seconds)
        // Every run begins with views that are caught up.
        if (contender === 'views') behind.push(await secondsOf(() => clients.list({ limit: 1 })))
      }
    }
    const ratios = rates.views.map((rate, round) => rate / rates.plain[round])
    console.log(
      `${name}, ${what}: ${median(rates.plain).toFixed(0)} events/s without views, ` +
        `${median(rates.views).toFixed(0)} with views (${median(ratios).toFixed(2)}×; ` +
        `${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}); the first list after it ${median(behind).toFixed(2)} s`,
    )
  }
  await clients.close()
  await plain.close()
}

console.log(`${describeMachine()}\nnode bench/appends-with-views.mjs ${ROUNDS}`)
const folder = mkdtempSync(join(tmpdir(), 'clientfold-appends-'))
await measure('SQLite', (name) => openSqliteStore(join(folder, `${name}.db`)))
const server = await startPostgres()
try {
  await measure('PostgreSQL', (schema) => openPostgresStore({ url: server.url(), schema }))
} finally {
  await server.stop()
  rmSync(folder, { recursive: true })
}
