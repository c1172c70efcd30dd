// What it costs to follow a store: a process in which nothing happens, and a server that streams changes to many
// readers, until the last of them hears of a webhook. Processor time and memory come from /proc, so on Linux only.
import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openGuard } from '../dist/guard/index.js'
import { openClients } from '../dist/index.js'
import { openPostgresStore } from '../dist/stores/postgres/index.js'
import { openSqliteStore } from '../dist/stores/sqlite/index.js'
import { deliveryOf } from './http-load.mjs'
import { describeMachine, median } from './measure.mjs'
import { startPostgres } from './start-postgres.mjs'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const KEY = 'sk_bench'
const ROUNDS = Number(process.env.CLIENTFOLD_BENCH_ROUNDS ?? 40)
const IDLE_MS = Number(process.env.CLIENTFOLD_BENCH_IDLE_MS ?? 5000)
/** After a minute without a commit, SQLite is asked less often. */
const SILENCE_MS = Number(process.env.CLIENTFOLD_BENCH_SILENCE_MS ?? 65_000)
const READERS = [0, 1, 10, 100]

const say = (text) => process.stdout.write(`${text}\n`)
const percentile = (numbers, part) =>
  [...numbers].sort((left, right) => left - right)[Math.floor(part * (numbers.length - 1))]

/** The processor time that a process has used, in milliseconds: the kernel counts in hundredths of a second. */
const processorOf = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}
const mebibytesOf = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024

/** Milliseconds of processor time in each second in which nothing happens. */
const idleCost = async (processor) => {
  const [before, started] = [processor(), performance.now()]
  await pause(IDLE_MS)
  return (((processor() - before) * 1000) / (performance.now() - started)).toFixed(1)
}

const own = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const follow = async (name, openStore) => {
  const clients = openClients({ store: await openStore() })
  await pause(1500)
  say(`${name}, open store: ${await idleCost(own)} ms of processor time a second`)
  const end = new AbortController()
  const { signal } = end
  const guard = openGuard({ clients, unknown: 'pass', lagging: 'pass' })
  const drain = async (items) => {
    for await (const item of items) void item
  }
  const ends = [drain(clients.changes({ signal })), drain(clients.follow({ signal }))]
  await guard.ready
  const what = 'with a guard, changes and a follower'
  say(`${name}, ${what}: ${await idleCost(own)} ms of processor time a second`)
  await pause(SILENCE_MS)
  say(`${name}, the same after a minute of silence: ${await idleCost(own)} ms`)
  end.abort()
  guard.close()
  await Promise.all(ends)
  await clients.close()
}

const eventOf = (n) => {
  const at = Date.now()
  return {
    ...{ object: 'event', type: 'session.created', timestamp: at },
    data: {
      ...{ object: 'session', id: `sess_2xZrQm4kTnA9bWcDeFgHi${n}`, user_id: `user_${n}` },
      ...{ client_id: `client_${n}`, actor: null, status: 'active', last_active_at: at },
      ...{ expire_at: at + 604_800_000, abandon_at: at + 2_592_000_000 },
      ...{ updated_at: at, created_at: at },
    },
  }
}

/** A reader of `GET /v1/changes`. */
const openReader = async (url, agent) => {
  const options = { agent, headers: { authorization: `Bearer ${KEY}` } }
  const [response] = await once(get(`${url}/v1/changes`, options), 'response')
  if (response.statusCode !== 200) throw new Error(`a reader was answered ${response.statusCode}`)
  const heard = []
  response.setEncoding('utf8').on('data', (chunk) => {
    if (/^data: /m.test(chunk)) heard.push(performance.now())
  })
  await once(response, 'data')
  return { heard, close: () => response.destroy() }
}

const stream = async (name, store) => {
  const args = [fileURLToPath(new URL('../dist/cli/main.js', import.meta.url)), 'serve']
  const child = spawn(process.execPath, [...args, '--store', store, '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CLERK_WEBHOOK_SIGNING_SECRET: SECRET, CLIENTFOLD_SECRET_KEY: KEY },
  })
  let output = ''
  while (!output.includes('\n')) output += (await once(child.stderr, 'data'))[0]
  child.stderr.resume()
  const [url] = /http:\/\/[^ ]+?(?=: )/.exec(output)
  const agent = new Agent({ keepAlive: false })
  const readers = []
  let delivered = 0
  for (const count of READERS) {
    while (readers.length < count) readers.push(await openReader(url, agent))
    await pause(1500)
    const idle = await idleCost(() => processorOf(child.pid))
    const times = []
    const before = processorOf(child.pid)
    for (let round = 0; round < ROUNDS; round++) {
      for (const { heard } of readers) heard.length = 0
      const { method, path, body, headers } = deliveryOf(
        SECRET,
        `m${delivered}`,
        eventOf(delivered),
      )
      delivered += 1
      const response = await fetch(url + path, { method, body, headers })
      if (response.status !== 200) throw new Error(`a delivery was answered ${response.status}`)
      const answered = performance.now()
      await response.text()
      while (readers.some(({ heard }) => heard.length === 0)) await pause(1)
      times.push(...readers.map(({ heard }) => Math.max(0, heard[0] - answered)))
      await pause(50)
    }
    const each = ((processorOf(child.pid) - before) / ROUNDS).toFixed(1)
    const latency =
      count === 0
        ? ''
        : `, heard p50 ${median(times).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms`
    say(
      `${name}, serve with ${count} readers: ${mebibytesOf(child.pid).toFixed(0)} MiB, ` +
        `${idle} ms of processor time a second, ${each} ms a delivery${latency}`,
    )
  }
  for (const reader of readers) reader.close()
  child.kill('SIGTERM')
  await once(child, 'close')
}

say(describeMachine())
const folder = mkdtempSync(join(tmpdir(), 'clientfold-bench-changes-'))
const postgres = await startPostgres()
try {
  const path = join(folder, 'changes.db')
  await follow('SQLite', () => openSqliteStore({ path }))
  await stream('SQLite', `sqlite:${path}`)
  const url = postgres.url(await postgres.newDatabase())
  await follow('PostgreSQL', () => openPostgresStore(url))
  await stream('PostgreSQL', url)
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
