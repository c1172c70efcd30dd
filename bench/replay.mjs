// Replays generated logs: bare parsing, the plain path, the engine, and DuckDB doing the same job in SQL;
// whole processes, in turns, medians. What they wrote is compared.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { measure, median } from './measure.mjs'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '2000000' },
    clients: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '5' },
    folder: { type: 'string', default: tmpdir() },
    naive: { type: 'boolean', default: false },
  },
})
const runs = Number(values.runs)
const folder = mkdtempSync(join(values.folder, 'clientfold-bench-'))
const hasDuckDb = existsSync(new URL('./peers/node_modules/@duckdb', import.meta.url))

/** A full event is four times as long as a slim one: a quarter of them makes as long a log. */
const SHAPES = [
  { shape: 'slim', part: 1 },
  { shape: 'full', part: 4 },
]

const replayBy = (name, log, ...options) => ({
  name,
  out: join(folder, name),
  args: ['dist/cli/main.js', 'replay', log, '--out', join(folder, name), ...options],
})

const duckDbBy = (threads, log) => {
  const name = `DuckDB, ${threads} thread${threads === 1 ? '' : 's'}`
  const out = join(folder, name)
  return { name, out, args: ['bench/contenders/duckdb.mjs', log, out, String(threads)] }
}

const contendersFor = (log) => [
  { name: 'bare JSON.parse', args: ['bench/contenders/bare-parse.mjs', log] },
  ...(values.naive
    ? [
        {
          name: 'naive fold',
          args: ['bench/contenders/naive-fold.mjs', log, join(folder, 'naive')],
        },
      ]
    : []),
  replayBy('clientfold, plain', log, '--engine', 'plain'),
  ...[1, 2].map((threads) =>
    replayBy(
      `clientfold, ${threads} thread${threads === 1 ? '' : 's'}`,
      log,
      '--threads',
      String(threads),
    ),
  ),
  ...(hasDuckDb ? [1, 2].map((threads) => duckDbBy(threads, log)) : []),
]

const hashOf = async (path) => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

/** What SQL has to get right too; it writes absent keys as null, which clientfold keeps apart. */
const gistOf = async (path) => {
  const hash = createHash('sha256')
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const { id, session_ids, sessions, last_active_session_id, updated_at, created_at } =
      JSON.parse(line)
    const versions = sessions.map(({ status, updated_at: at, user_id }) => [status, at, user_id])
    const gist = [id, session_ids, versions, last_active_session_id, updated_at, created_at]
    hash.update(JSON.stringify(gist))
  }
  return hash.digest('hex')
}

/** Ends the run if two contenders disagree; whoever only says a part is asked for that part. */
const compareOutputs = async (contenders) => {
  const writing = contenders.filter(({ out }) => out !== undefined)
  for (const { hashed, names } of [
    { hashed: hashOf, names: writing.filter(({ name }) => name.startsWith('clientfold')) },
    { hashed: gistOf, names: writing },
  ]) {
    const hashes = await Promise.all(names.map(({ out }) => hashed(out)))
    if (new Set(hashes).size !== 1) throw new Error(`outputs differ: ${hashes.join(' ')}`)
    console.log(`one output of all ${names.length}: ${hashes[0].slice(0, 16)}…`)
  }
}

const rowOf = ({ name, runs: measured }, contenders, events, megabytes) => {
  const secondsOf = (each) => median(each.runs.map(({ seconds }) => seconds))
  const seconds = median(measured.map((run) => run.seconds))
  const threads = /\d thread/.exec(name)?.[0] ?? '1 thread'
  const duckDb = contenders.find((each) => each.name.startsWith(`DuckDB, ${threads}`))
  return {
    'events/s': Math.round(events / seconds),
    'MB/s': Math.round(megabytes / seconds),
    'of bare parse': `${(secondsOf(contenders[0]) / seconds).toFixed(2)}×`,
    'of DuckDB': duckDb === undefined ? '' : `${(secondsOf(duckDb) / seconds).toFixed(2)}×`,
    'peak MiB': Math.round(median(measured.map(({ mebibytes }) => mebibytes))),
  }
}

const benchShape = async ({ shape, part }) => {
  const log = join(folder, `${shape}.ndjson`)
  const events = Math.round(Number(values.events) / part)
  const clients = Math.round(Number(values.clients) / part)
  const size = ['--events', String(events), '--clients', String(clients)]
  await measure(['dist/cli/main.js', 'generate', ...size, '--shape', shape, '--out', log])
  const megabytes = statSync(log).size / 1e6
  const contenders = contendersFor(log).map((contender) => ({ ...contender, runs: [] }))
  for (const { args } of contenders) await measure(args) // warms the file cache
  for (let run = 0; run < runs; run++) {
    for (const contender of contenders) contender.runs.push(await measure(contender.args))
  }
  console.log(
    `\n${shape}: ${events.toLocaleString('en')} events, ${clients} clients, ${megabytes.toFixed(0)} MB`,
  )
  console.table(
    Object.fromEntries(
      contenders.map((each) => [each.name, rowOf(each, contenders, events, megabytes)]),
    ),
  )
  await compareOutputs(contenders)
  rmSync(log)
}

try {
  console.log(`Node ${process.version}, median of ${runs} whole processes each, in turns`)
  if (!hasDuckDb) console.log('(without DuckDB: npm ci --prefix bench/peers)')
  for (const shape of SHAPES) await benchShape(shape)
} finally {
  rmSync(folder, { recursive: true })
}
