// Deliveries and reads over HTTP: `clientfold serve` on each engine, beside a bare hono handler.
// Servers are processes of their own; every delivery that is answered is on disk.
import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deliveryOf, load } from './http-load.mjs'
import { eventOf } from './stores-workload.mjs'
import { startPostgres } from './start-postgres.mjs'

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const KEY = 'sk_bench'
const DELIVERIES = Number(process.env.CLIENTFOLD_BENCH_DELIVERIES ?? 4000)
const READS = Number(process.env.CLIENTFOLD_BENCH_READS ?? 8000)
const CLIENTS = 500

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'clientfold-bench-http-'))

const start = async (args) => {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CLERK_WEBHOOK_SIGNING_SECRET: SECRET, CLIENTFOLD_SECRET_KEY: KEY },
  })
  let said = ''
  while (!said.includes('\n')) said += (await once(child.stderr, 'data'))[0]
  const url = /http:\/\/[^ ]+?(?=: )/.exec(said)?.[0]
  if (url === undefined) throw new Error(said)
  const stop = async () => {
    child.kill('SIGTERM')
    await once(child, 'close')
  }
  return { url, stop }
}

const reading = (path) => ({ method: 'GET', path, headers: { authorization: `Bearer ${KEY}` } })

const many = (count, one) => Array.from({ length: count }, (_, n) => one(n))

/** Everything that is measured of one server, in the same order for each. */
const measure = async ({ url, stop }) => {
  const client = (n) => `h${n % CLIENTS}`
  const deliveries = many(DELIVERIES, (n) => deliveryOf(SECRET, `msg_${n}`, eventOf(client(n), n)))
  try {
    return {
      deliveries: await load(url, deliveries),
      'deliveries again': await load(url, deliveries),
      'a client': await load(
        url,
        many(READS, (n) => reading(`/v1/clients/${client(n)}`)),
      ),
      "a user's sessions": await load(
        url,
        many(READS / 4, (n) => reading(`/v1/sessions?user_id=user_2xZrQm4kTnA9bW${client(n)}`)),
      ),
      'a page of clients': await load(
        url,
        many(READS / 4, (n) => reading(`/v1/clients?paginated=true&offset=${(n * 10) % CLIENTS}`)),
      ),
    }
  } finally {
    await stop()
  }
}

const postgres = await startPostgres()
try {
  const serve = (store) => [pathOf('../dist/cli/main.js'), 'serve', '--port', '0', '--store', store]
  const measured = {
    'a bare hono handler': await measure(await start([pathOf('./http-bare.mjs')])),
    SQLite: await measure(await start(serve(`sqlite:${join(folder, 'clients.db')}`))),
    PostgreSQL: await measure(await start(serve(postgres.url()))),
  }
  console.log(`Node ${process.version}; 16 connections, ${DELIVERIES} deliveries, ${READS} reads`)
  for (const what of Object.keys(measured.SQLite)) {
    console.log(`\n${what}`)
    console.table(
      Object.fromEntries(Object.entries(measured).map(([name, each]) => [name, each[what]])),
    )
  }
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
