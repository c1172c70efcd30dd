// What a store of many clients costs: the first answers after opening, memory, and (with --backup) backup, restore and
// check. Arguments: `sqlite` or `postgres`, then numbers of clients. Each client has one event, and each user two clients.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openClients } from '../dist/index.js'
import { openPostgresStore } from '../dist/stores/postgres/index.js'
import { openSqliteStore } from '../dist/stores/sqlite/index.js'
import { describeMachine, measure } from './measure.mjs'
import { startPostgres } from './start-postgres.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { backup: { type: 'boolean', default: false }, probe: { type: 'string' } },
})

const START = 1_779_955_200_000
const BATCH = 5000

const open = (url) =>
  url.startsWith('sqlite:') ? openSqliteStore(url.slice('sqlite:'.length)) : openPostgresStore(url)

/** The n-th client is as new as its number is high. */
const eventOf = (n) => ({
  object: 'event',
  id: `msg_${n}`,
  type: 'session.created',
  timestamp: START + n,
  data: {
    ...{ object: 'session', id: `sess_${n}`, user_id: `user_${n >> 1}`, client_id: `client_${n}` },
    ...{ actor: null, status: 'active', last_active_organization_id: null },
    ...{ last_active_at: START + n, expire_at: START + 6e10, abandon_at: START + 9e10 },
    ...{ updated_at: START + n, created_at: START + n },
  },
})

/** What a process that has just opened the store sees, as JSON on its output. */
const probe = async (url, count) => {
  const milliseconds = async (work) => {
    const started = performance.now()
    const result = await work()
    return [performance.now() - started, result]
  }
  const mebibytes = () => Math.round(process.memoryUsage.rss() / 2 ** 20)
  const [opening, store] = await milliseconds(() => open(url))
  const clients = openClients({ store })
  const anywhere = (index) => (index * 7919 + (count >> 1)) % count
  const [list, page] = await milliseconds(() => clients.list({ limit: 10 }))
  const [sessions] = await milliseconds(() =>
    clients.sessions({ userId: `user_${count >> 2}`, limit: 10 }),
  )
  const [get] = await milliseconds(() => clients.get(`client_${anywhere(0)}`))
  const first = mebibytes()
  if (page.totalCount !== count) throw new Error(`${page.totalCount} of ${count} clients`)
  for (let n = 0; n < 2000; n++) {
    await clients.list({ limit: 10, offset: n * 5 })
    await clients.sessions({ userId: `user_${anywhere(n) >> 1}`, limit: 10 })
    await clients.get(`client_${anywhere(n)}`)
  }
  const [far] = await milliseconds(() => clients.list({ limit: 10, offset: count - 10 }))
  await clients.close()
  console.log(
    JSON.stringify({
      ...{ 'open ms': opening, 'first list ms': list, "a user's sessions ms": sessions },
      ...{ 'get ms': get, 'last page by offset ms': far },
      ...{ 'MiB then': first, 'MiB after 6,000 questions': mebibytes() },
    }),
  )
}

const probed = async (url, count) => {
  const path = fileURLToPath(import.meta.url)
  const child = spawn(process.execPath, [path, '--probe', url, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the probe ended with ${code}`)
  const rounded = Object.entries(JSON.parse(output)).map(([name, number]) => [
    name,
    Number(number.toFixed(1)),
  ])
  return Object.fromEntries(rounded)
}

const fill = async (url, from, count) => {
  const clients = openClients({ store: await open(url) })
  const seconds = async (name, work) => {
    const started = performance.now()
    await work()
    const time = (performance.now() - started) / 1000
    console.log(`  ${name} ${count - from} events: ${time.toFixed(1)} s`)
  }
  const store = await open(url)
  await seconds('recorded', async () => {
    for (let first = from; first < count; first += BATCH) {
      const size = Math.min(BATCH, count - first)
      await store.record(Array.from({ length: size }, (_, index) => eventOf(first + index)))
    }
  })
  await seconds('joined to views', () => clients.views.catchUp({ inLargeBatches: true }))
  await clients.close()
  await store.close()
}

const ofCommand = async (name, args) => {
  const { seconds, mebibytes } = await measure([
    fileURLToPath(new URL('../dist/cli/main.js', import.meta.url)),
    ...args,
  ])
  console.log(`  ${name}: ${seconds.toFixed(1)} s, ${mebibytes.toFixed(0)} MiB`)
}

const backUp = async (url, folder, restored) => {
  const file = join(folder, 'backup')
  await ofCommand('backup', ['backup', '--store', url, '--out', file])
  console.log(`  the backup has ${(statSync(file).size / 1e6).toFixed(1)} MB`)
  await ofCommand('restore (into the other kind of store)', ['restore', file, '--store', restored])
  await ofCommand('check', ['check', '--store', url])
}

if (options.probe !== undefined) await probe(options.probe, Number(positionals[0]))
else {
  const [kind, ...counts] = positionals
  const folder = mkdtempSync(join(tmpdir(), 'clientfold-large-'))
  const server = kind === 'postgres' || options.backup ? await startPostgres() : undefined
  try {
    console.log(`${describeMachine()}\nnode bench/large-store.mjs ${process.argv.slice(2).join(' ')}`)
    const file = `sqlite:${join(folder, 'clients.db')}`
    const url = kind === 'sqlite' ? file : server.url()
    const rows = {}
    let filled = 0
    for (const count of counts.map(Number)) {
      await fill(url, filled, count)
      filled = count
      rows[`${kind}, ${count} clients`] = await probed(url, count)
    }
    console.table(rows)
    if (options.backup) await backUp(url, folder, kind === 'sqlite' ? server.url() : file)
  } finally {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
