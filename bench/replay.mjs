// Replays a generated log beside bare parsing and naive code: whole processes, in turns, medians.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measure, median } from './measure.mjs'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '500000' },
    clients: { type: 'string', default: '50000' },
    runs: { type: 'string', default: '5' },
  },
})
const events = Number(values.events)
const folder = mkdtempSync(join(tmpdir(), 'clientfold-bench-'))

const contendersFor = (log) => [
  { name: 'bare JSON.parse', args: ['bench/contenders/bare-parse.mjs', log] },
  { name: 'naive fold', args: ['bench/contenders/naive-fold.mjs', log, join(folder, 'naive')] },
  {
    name: 'clientfold replay',
    args: ['dist/cli/main.js', 'replay', log, '--out', join(folder, 'ours')],
  },
]

const benchShape = async (shape) => {
  const log = join(folder, `${shape}.ndjson`)
  const size = ['--events', values.events, '--clients', values.clients]
  await measure(['dist/cli/main.js', 'generate', ...size, '--shape', shape, '--out', log])
  const megabytes = statSync(log).size / 1e6
  const contenders = contendersFor(log).map((contender) => ({ ...contender, runs: [] }))
  for (const { args } of contenders) await measure(args) // warms the file cache
  for (let run = 0; run < Number(values.runs); run++) {
    for (const { args, runs } of contenders) runs.push(await measure(args))
  }
  const bare = median(contenders[0].runs.map(({ seconds }) => seconds))
  console.log(
    `\n${shape}: ${events.toLocaleString('en')} events, ${values.clients} clients, ${megabytes.toFixed(0)} MB`,
  )
  console.table(
    Object.fromEntries(
      contenders.map(({ name, runs }) => {
        const seconds = median(runs.map((run) => run.seconds))
        return [
          name,
          {
            'events/s': Math.round(events / seconds),
            'MB/s': Math.round(megabytes / seconds),
            'of bare parse': `${(bare / seconds).toFixed(2)}×`,
            'peak MiB': Math.round(median(runs.map((run) => run.mebibytes))),
          },
        ]
      }),
    ),
  )
}

try {
  console.log(`Node ${process.version}, median of ${values.runs} whole processes each, in turns`)
  for (const shape of ['slim', 'full']) await benchShape(shape)
} finally {
  rmSync(folder, { recursive: true })
}
