// Replays three logs with each contender: a bare parse of each line, the plain path, the engine, and DuckDB
// with the same job in SQL. Whole processes run in turn; the table shows medians; outputs are compared.
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { describeMachine, measure, median } from './measure.mjs'

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

const generate = (shape) => (events, clients, out) => [
  ...['dist/cli/main.js', 'generate', '--events', events, '--clients', clients],
  ...['--shape', shape, '--out', out],
]

/** The logs. `part` divides the number of events, so that the logs have about the same number of bytes. */
const LOGS = [
  { name: 'slim', part: 1, commandOf: generate('slim') },
  { name: 'full', part: 4, commandOf: generate('full') },
  {
    name: 'independent',
    part: 2,
    commandOf: (events, clients, out) => ['bench/independent-log.mjs', events, clients, out],
  },
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

const byteHashOf = async (path) => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}

/** The part of a Client that SQL must get right too. It writes absent keys as null; clientfold does not. */
const essenceHashOf = async (path) => {
  const hash = createHash('sha256')
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const { id, session_ids, sessions, last_active_session_id, updated_at, created_at } =
      JSON.parse(line)
    const versions = sessions.map(({ status, updated_at: at, user_id }) => [status, at, user_id])
    const essence = [id, session_ids, versions, last_active_session_id, updated_at, created_at]
    hash.update(JSON.stringify(essence))
  }
  return hash.digest('hex')
}

/** Ends the run if two contenders disagree: clientfold in any byte, DuckDB in the essence. */
const compareOutputs = async (contenders) => {
  const isCompared = ({ name }) => name.startsWith('clientfold') || name.startsWith('DuckDB')
  const compared = contenders.filter(isCompared)
  const ours = compared.filter(({ name }) => name.startsWith('clientfold'))
  for (const { what, hashOf, outputs } of [
    { what: 'bytes', hashOf: byteHashOf, outputs: ours },
    { what: 'Clients', hashOf: essenceHashOf, outputs: compared },
  ]) {
    const hashes = await Promise.all(outputs.map(({ out }) => hashOf(out)))
    if (new Set(hashes).size !== 1) throw new Error(`outputs differ: ${hashes.join(' ')}`)
    console.log(`${outputs.length} outputs have the same ${what}: ${hashes[0].slice(0, 16)}…`)
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
    '× bare parse': `${(secondsOf(contenders[0]) / seconds).toFixed(2)}×`,
    '× DuckDB': duckDb === undefined ? '' : `${(secondsOf(duckDb) / seconds).toFixed(2)}×`,
    'peak MiB': Math.round(median(measured.map(({ mebibytes }) => mebibytes))),
  }
}

const benchLog = async ({ name, part, commandOf }) => {
  const log = join(folder, `${name}.ndjson`)
  const events = Math.round(Number(values.events) / part)
  const clients = Math.round(Number(values.clients) / part)
  const command = commandOf(String(events), String(clients), log)
  await measure(command)
  const bytes = statSync(log).size
  const contenders = contendersFor(log).map((contender) => ({ ...contender, runs: [] }))
  for (const { args } of contenders) await measure(args) // warms the file cache
  for (let run = 0; run < runs; run++) {
    for (const contender of contenders) contender.runs.push(await measure(contender.args))
  }
  const size = `${(bytes / 1e6).toFixed(0)} MB, ${Math.round(bytes / events)} B a line`
  console.log(`\n${name}: ${events.toLocaleString('en')} events, ${clients} clients, ${size}`)
  console.log(`node ${command.join(' ')}`)
  console.table(
    Object.fromEntries(
      contenders.map((each) => [each.name, rowOf(each, contenders, events, bytes / 1e6)]),
    ),
  )
  await compareOutputs(contenders)
  rmSync(log)
}

try {
  console.log(describeMachine())
  console.log(`node bench/replay.mjs ${process.argv.slice(2).join(' ')}`)
  console.log(`medians of ${runs} whole processes each, in turn`)
  if (!hasDuckDb) console.log('(without DuckDB: npm ci --prefix bench/peers --ignore-scripts)')
  for (const log of LOGS) await benchLog(log)
} finally {
  rmSync(folder, { recursive: true })
}
