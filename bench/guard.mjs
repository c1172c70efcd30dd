// The guard: what a check costs with many sessions in memory, and how soon a revocation reaches another process.
import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openClients } from '../dist/index.js'
import { openGuard } from '../dist/guard/index.js'
import { openPostgresStore } from '../dist/stores/postgres/index.js'
import { openSqliteStore } from '../dist/stores/sqlite/index.js'
import { deliveryOf } from './http-load.mjs'
import { describeMachine, median } from './measure.mjs'
import { startPostgres } from './start-postgres.mjs'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const KEY = 'sk_bench'
const STORED = Number(process.env.CLIENTFOLD_BENCH_STORED ?? 20_000)
const ROUNDS = Number(process.env.CLIENTFOLD_BENCH_ROUNDS ?? 40)
const DAY = 86_400_000

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'clientfold-bench-guard-'))
const started = Date.now()

const eventOf = (n, status) => ({
  object: 'event',
  type: status === 'revoked' ? 'session.revoked' : 'session.created',
  timestamp: started + n,
  data: {
    ...{ object: 'session', id: `sess_2xZrQm4kTnA9bWcDeFgHi${n}`, user_id: `user_${n}` },
    ...{ client_id: `client_${n}`, actor: null, status, last_active_at: started },
    ...{ expire_at: started + 7 * DAY, abandon_at: started + 30 * DAY },
    ...{ updated_at: started + n, created_at: started + n },
  },
})

/** `clientfold serve` in a process of its own. */
const serve = async (store) => {
  const args = [pathOf('../dist/cli/main.js'), 'serve', '--store', store, '--port', '0']
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CLERK_WEBHOOK_SIGNING_SECRET: SECRET, CLIENTFOLD_SECRET_KEY: KEY },
  })
  let output = ''
  while (!output.includes('\n')) output += (await once(child.stderr, 'data'))[0]
  child.stderr.resume()
  const url = /http:\/\/[^ ]+?(?=: )/.exec(output)?.[0]
  if (url === undefined) throw new Error(output)
  const stop = async () => {
    child.kill('SIGTERM')
    await once(child, 'close')
  }
  return { url, stop }
}

const deliver = async (url, event) => {
  const { method, path, body, headers } = deliveryOf(
    SECRET,
    `msg_${event.data.status}_${event.data.id}`,
    event,
  )
  const response = await fetch(url + path, { method, body, headers })
  if (response.status !== 200) throw new Error(`a delivery was answered ${response.status}`)
  await response.text()
}

const over = async (guard, id, since) => {
  while (guard.check(id).answer !== 'over') await setImmediate()
  return performance.now() - since
}

const policy = { unknown: 'pass', lagging: 'pass' }
const percentile = (numbers, part) =>
  [...numbers].sort((left, right) => left - right)[Math.floor(part * (numbers.length - 1))]
const say = (text) => process.stdout.write(`${text}\n`)

const revocations = async (name, storeUrl, openStore) => {
  const clients = openClients({ store: await openStore() })
  const server = await serve(storeUrl)
  for (let first = 0; first < STORED; first += 1000) {
    const count = Math.min(1000, STORED - first)
    await clients.record(
      Array.from({ length: count }, (_, n) => eventOf(1_000_000 + first + n, 'active')),
    )
  }
  await clients.views.catchUp({ inLargeBatches: true })
  const guards = {}
  for (const [how, source] of [
    ['in process', { clients }],
    ['by url', { url: server.url, secretKey: KEY }],
  ]) {
    const begin = performance.now()
    guards[how] = openGuard({ ...source, ...policy })
    await guards[how].ready
    const seconds = (performance.now() - begin) / 1000
    say(`${name}, ${how}: ${guards[how].size()} sessions read in ${seconds.toFixed(1)} s`)
  }
  // One guard after the other: two that spin would wait for each other.
  for (const [how, guard] of Object.entries(guards)) {
    const times = []
    for (let round = 0; round < ROUNDS; round++) {
      const n = round + (how === 'by url' ? ROUNDS : 0)
      const active = eventOf(n, 'active')
      await deliver(server.url, active)
      while (guard.check(active.data.id).answer !== 'live') await setImmediate()
      await deliver(server.url, eventOf(n, 'revoked'))
      times.push(await over(guard, active.data.id, performance.now()))
    }
    say(
      `${name}, ${how}: from the answered webhook of a revocation to over in this process: ` +
        `median ${median(times).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms (${ROUNDS} rounds)`,
    )
    guard.close()
  }
  await clients.close()
  await server.stop()
}

say(describeMachine())
const memory = spawn(process.execPath, ['--expose-gc', pathOf('guard-memory.mjs')], {
  stdio: 'inherit',
})
if ((await once(memory, 'close'))[0] !== 0) throw new Error('guard-memory.mjs failed')
const path = join(folder, 'guard.db')
await revocations('SQLite', `sqlite:${path}`, () => openSqliteStore({ path }))
const postgres = await startPostgres()
try {
  const url = postgres.url(await postgres.newDatabase())
  await revocations('PostgreSQL', url, () => openPostgresStore(url))
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
