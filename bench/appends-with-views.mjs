// What appends lose when views are kept up beside them: `clients.record`, whose process keeps views up, and
// `store.record` on a store without views, in turn. Arguments: the number of rounds, and `SQLite` or `PostgreSQL` for one
// of them only.
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
const [, , , ONLY] = process.argv

/**
 * The kinds of appends: how many events of one client at a time, how many calls at once, how many calls. So few that the
 * views wait until the end: more than 20,000 events would be joined in between.
 */
const WORKS = {
  'one event, 64 at once': { events: 1, callers: 64, calls: 15_000 },
  'batches of 100, 8 at once': { events: 100, callers: 8, calls: 150 },
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

/** Seconds that some work takes, and seconds of processor time of this process. */
const timesOf = async (work) => {
  const before = process.cpuUsage()
  const seconds = await secondsOf(work)
  const { user, system } = process.cpuUsage(before)
  return { seconds, processor: (user + system) / 1e6 }
}

const measure = async (name, open) => {
  const [plain, kept] = [await open('plain'), await open('kept')]
  const clients = openClients({ store: kept })
  const contenders = { plain: { record: plain.record }, views: { record: clients.record } }
  await clients.list({ limit: 1 })
  for (const [what, work] of Object.entries(WORKS)) {
    const events = work.events * work.calls
    const times = { plain: [], views: [], joining: [] }
    for (let round = -1; round < ROUNDS; round++) {
      for (const [contender, target] of Object.entries(contenders)) {
        const time = await timesOf(() => run(target, work))
        // Every run begins with views that are caught up.
        const joining = await timesOf(() => clients.views.catchUp())
        if (round < 0) continue
        times[contender].push(time)
        if (contender === 'views') times.joining.push(joining)
      }
    }
    const medianOf = (kind, unit) => median(times[kind].map((time) => time[unit]))
    const rate = (kind) => (events / medianOf(kind, 'seconds')).toFixed(0)
    const microseconds = (kind) => ((medianOf(kind, 'processor') / events) * 1e6).toFixed(0)
    console.log(
      `${name}, ${what}, ${events} events: ${rate('plain')}/s and ${microseconds('plain')} µs of processor time an event ` +
        `without views, ${rate('views')}/s and ${microseconds('views')} µs with views; ` +
        `joined after it in ${medianOf('joining', 'seconds').toFixed(2)} s, ${microseconds('joining')} µs an event`,
    )
  }
  await clients.close()
  await plain.close()
}

console.log(`${describeMachine()}\nnode bench/appends-with-views.mjs ${ROUNDS}`)
const measureSqlite = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clientfold-appends-'))
  await measure('SQLite', (name) => openSqliteStore(join(folder, `${name}.db`)))
  rmSync(folder, { recursive: true })
}

const measurePostgres = async () => {
  const server = await startPostgres()
  try {
    await measure('PostgreSQL', (schema) => openPostgresStore({ url: server.url(), schema }))
  } finally {
    await server.stop()
  }
}

if (ONLY !== 'PostgreSQL') await measureSqlite()
if (ONLY !== 'SQLite') await measurePostgres()
