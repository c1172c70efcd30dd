// Deliveries and reads over HTTP: `clientfold serve` on each store, a bare hono handler that does the same work
// over two tables of the same kind of database, and one that does nothing. Each server is its own process. A
// delivery is answered when it is on disk, except by the handler that does nothing.
import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deliveryOf, load } from './http-load.mjs'
import { eventOf } from './stores-workload.mjs'
import { describeMachine } from './measure.mjs'
import { startPostgres } from './start-postgres.mjs'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const KEY = 'sk_bench'
const DELIVERIES = Number(process.env.CLIENTFOLD_BENCH_DELIVERIES ?? 2000)
const READS = Number(process.env.CLIENTFOLD_BENCH_READS ?? 4000)
const ROUNDS = Number(process.env.CLIENTFOLD_BENCH_ROUNDS ?? 3)
const CLIENTS = 500

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'clientfold-bench-http-'))

const start = async (args) => {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CLERK_WEBHOOK_SIGNING_SECRET: SECRET, CLIENTFOLD_SECRET_KEY: KEY },
  })
  let output = ''
  while (!output.includes('\n')) output += (await once(child.stderr, 'data'))[0]
  const url = /http:\/\/[^ ]+?(?=: )/.exec(output)?.[0]
  if (url === undefined) throw new Error(output)
  const stop = async () => {
    child.kill('SIGTERM')
    await once(child, 'close')
  }
  return { url, stop }
}

const readOf = (path) => ({ method: 'GET', path, headers: { authorization: `Bearer ${KEY}` } })

const listOf = (count, create) => Array.from({ length: count }, (_, n) => create(n))

const client = (n) => `h${n % CLIENTS}`
const deliveriesOf = (round) =>
  listOf(DELIVERIES, (n) => deliveryOf(SECRET, `msg_${round}_${n}`, eventOf(client(n), n)))

/** The requests that each server gets in each round. */
const WORK = {
  deliveries: deliveriesOf,
  'the same deliveries again': deliveriesOf,
  'a client': () => listOf(READS, (n) => readOf(`/v1/clients/${client(n)}`)),
  "a user's sessions": () =>
    listOf(READS / 4, (n) => readOf(`/v1/sessions?user_id=user_2xZrQm4kTnA9bW${client(n)}`)),
  'a page of clients': () =>
    listOf(READS / 4, (n) =>
      readOf(`/v1/clients?paginated=true&offset=${(n * 7) % (CLIENTS - 11)}`),
    ),
}

/** The round with the median of requests a second. */
const medianOf = (rounds) =>
  [...rounds].sort((left, right) => left['/s'] - right['/s'])[rounds.length >> 1]

const postgres = await startPostgres()
const serve = (store) => [
  pathOf('../dist/cli/main.js'),
  'serve',
  '--create',
  '--port',
  '0',
  '--store',
  store,
]
const servers = {
  'hono, nothing': await start([pathOf('./http-bare.mjs')]),
  'bare, SQLite': await start([pathOf('./http-bare.mjs'), `sqlite:${join(folder, 'bare.db')}`]),
  SQLite: await start(serve(`sqlite:${join(folder, 'clients.db')}`)),
  'bare, PostgreSQL': await start([pathOf('./http-bare.mjs'), postgres.url()]),
  PostgreSQL: await start(serve(postgres.url())),
}

/** Servers are compared only if they answer the same. */
const checkSame = async (path) => {
  const answers = new Set()
  for (const [name, { url }] of Object.entries(servers)) {
    if (name === 'hono, nothing') continue
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${KEY}` } })
    answers.add(await response.text())
  }
  if (answers.size !== 1) throw new Error(`${path} has ${answers.size} different answers`)
}

try {
  console.log(
    `${describeMachine()}\nnode bench/http.mjs: 16 connections, medians of ${ROUNDS} rounds, servers in turn`,
  )
  for (const [what, requests] of Object.entries(WORK)) {
    if (what === 'a client') {
      await checkSame('/v1/clients?paginated=true&limit=50&offset=7')
      await checkSame('/v1/sessions?paginated=true&user_id=user_2xZrQm4kTnA9bWh3')
    }
    const rounds = Object.fromEntries(Object.keys(servers).map((name) => [name, []]))
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, { url }] of Object.entries(servers)) {
        rounds[name].push(await load(url, requests(round)))
      }
    }
    console.log(`\n${what}`)
    const medians = Object.entries(rounds).map(([name, each]) => [name, medianOf(each)])
    console.table(Object.fromEntries(medians))
  }
} finally {
  for (const { stop } of Object.values(servers)) await stop()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
