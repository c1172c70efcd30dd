// What a large store costs: the first answers after opening, memory, and (with --backup) backup, restore and check.
// Arguments: `sqlite` or `postgres`, then numbers of events. Each client has one event (or --of-each), and each user
// two clients. With --store URL the store stays, and another run goes on where the last one was ended. With --copies N,
// the rows of views (and of nothing else) are then copied in SQL under other ids, until they are those of N times as
// many clients: lists read nothing else, and to record a million clients takes long.
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
  options: {
    backup: { type: 'boolean', default: false },
    'of-each': { type: 'string', default: '1' },
    copies: { type: 'string', default: '1' },
    probe: { type: 'string' },
    store: { type: 'string' },
  },
})

const START = 1_779_955_200_000
const BATCH = 5000
const OF_EACH = Number(options['of-each'])

const open = (url) =>
  url.startsWith('sqlite:')
    ? openSqliteStore(url.slice('sqlite:'.length))
    : openPostgresStore({ url, statementTimeoutMilliseconds: 600_000 })

/** Clients are as new as their numbers are high. A client of several events has two sessions. */
const eventOf = (n) => {
  const client = Math.floor(n / OF_EACH)
  const session = Math.floor(n / Math.ceil(OF_EACH / 2))
  return {
    object: 'event',
    id: `msg_${n}`,
    type: 'session.created',
    timestamp: START + n,
    data: {
      ...{ object: 'session', id: `sess_${session}`, user_id: `user_${client >> 1}` },
      ...{ client_id: `client_${client}`, actor: null, status: 'active' },
      ...{ last_active_organization_id: null, last_active_at: START + n },
      ...{ expire_at: START + 6e10, abandon_at: START + 9e10 },
      ...{ updated_at: START + n, created_at: START + session },
    },
  }
}

/** What a process that has just opened the store sees, as JSON on its output. */
const probe = async (url, count) => {
  const milliseconds = async (work) => {
    const before = process.cpuUsage()
    const started = performance.now()
    const result = await work()
    const elapsed = performance.now() - started
    const { user, system } = process.cpuUsage(before)
    return [elapsed, result, (user + system) / 1000]
  }
  const mebibytes = () => Math.round(process.memoryUsage.rss() / 2 ** 20)
  const [opening, store] = await milliseconds(() => open(url))
  const clients = openClients({ store })
  const anywhere = (index) => (index * 7919 + (count >> 1)) % count
  const [list, page, processor] = await milliseconds(() => clients.list({ limit: 10 }))
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
      ...{
        'open ms': opening,
        'first list ms': list,
        'its processor time': processor,
        "a user's sessions ms": sessions,
      },
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

/** Joined from time to time, so that another run can go on. */
const STEP = 100_000

const fill = async (url, count) => {
  const store = await open(url)
  const clients = openClients({ store })
  const spent = { recording: 0, joining: 0 }
  const timed = async (name, work) => {
    const started = performance.now()
    await work()
    spent[name] += (performance.now() - started) / 1000
  }
  await clients.views.catchUp({ inLargeBatches: true })
  const present = (await clients.views.status()).clients * OF_EACH
  if (present > count) throw new Error(`the store has ${present} events already`)
  for (let first = present; first < count; first += BATCH) {
    const size = Math.min(BATCH, count - first)
    const events = Array.from({ length: size }, (_, index) => eventOf(first + index))
    await timed('recording', () => store.record(events))
    const end = first + size
    if (end % STEP > 0 && end < count) continue
    await timed('joining', () => clients.views.catchUp({ inLargeBatches: true }))
  }
  const { recording, joining } = spent
  console.log(
    `  ${count - present} events: recorded in ${recording.toFixed(1)} s, joined to views in ${joining.toFixed(1)} s`,
  )
  await clients.close()
}

const copyViews = async (url, copies) => {
  const store = await open(url)
  const { schema, write } = store.sql
  const named = (column, copy) =>
    ['client', 'sess', 'user'].reduce(
      (text, kind) => `replace(${text}, '${kind}_', '${kind}_${copy}x')`,
      column,
    )
  for (let copy = 1; copy < copies; copy++) {
    const of = (column) => named(column, copy)
    await write(function* () {
      yield {
        text: `insert into ${schema}view_clients select ${of('client_key')}, client_hash || '${copy}',
          created_at, updated_at, ${of('about')} from ${schema}view_clients where client_key not like '%x%'`,
        isSilent: true,
      }
      yield {
        text: `insert into ${schema}view_sessions select ${of('session_key')}, ${of('client_key')}, ${of('user_key')},
          created_at, status, expire_at, abandon_at, is_shown, ${of('version')}
          from ${schema}view_sessions where client_key not like '%x%'`,
        isSilent: true,
      }
      const both = ['clients', 'sessions'].map(
        (name) => `${name} = ${name} / ${copy} * ${copy + 1}`,
      )
      yield { text: `update ${schema}view_progress set ${both.join(', ')}`, isSilent: true }
    })
  }
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
  const needsServer = options.backup || (kind === 'postgres' && options.store === undefined)
  const server = needsServer ? await startPostgres() : undefined
  try {
    console.log(
      `${describeMachine()}\nnode bench/large-store.mjs ${process.argv.slice(2).join(' ')}`,
    )
    const file = `sqlite:${join(folder, 'clients.db')}`
    const url = options.store ?? (kind === 'sqlite' ? file : server.url())
    const rows = {}
    for (const count of counts.map(Number)) {
      await fill(url, count)
      const clients = count / OF_EACH
      rows[`${kind}, ${clients} clients`] = await probed(url, clients)
    }
    const copies = Number(options.copies)
    if (copies > 1) {
      await copyViews(url, copies)
      const clients = (Number(counts.at(-1)) / OF_EACH) * copies
      rows[`${kind}, ${clients} clients`] = await probed(url, clients)
    }
    console.table(rows)
    if (options.backup) await backUp(url, folder, kind === 'sqlite' ? server.url() : file)
  } finally {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
