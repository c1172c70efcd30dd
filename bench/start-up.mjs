// How long a command takes from its start to its end, beside an empty Node: `npm run bench:start-up`. Each command runs in
// turn with an empty Node, so that other load meets both.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeMachine, median } from './measure.mjs'

const RUNS = Number(process.argv[2] ?? 20)
/** Only command lines that this matches. */
const CHOSEN = new RegExp(process.argv[3] ?? '')
const COMMAND = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))
const LOG = fileURLToPath(new URL('../examples/clerk-webhooks.ndjson', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'clientfold-start-up-'))

const milliseconds = (args) => {
  const started = performance.now()
  const { status } = spawnSync(process.execPath, args, { cwd: folder, stdio: 'ignore' })
  // Exit code 1 means that a line was refused or nothing was found, which is work done, too.
  if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')} ended with ${status}`)
  return performance.now() - started
}

const helpOf = (args) =>
  spawnSync(process.execPath, [COMMAND, ...args, '--help'], { encoding: 'utf8' }).stdout
const commandsIn = (help) =>
  [...help.split('\nCommands:\n')[1].matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name)

const lines = [
  ['--version'],
  ['--help'],
  ...commandsIn(helpOf([])).map((name) => (name === 'help' ? [name] : [name, '--help'])),
  ['complete', '--', 'hist'],
  ['generate', '--events', '10', '--clients', '2'],
  ['verify', LOG],
  ['replay', LOG, '--engine', 'plain'],
  ['replay', LOG],
  ['show', 'client_grace_phone'],
  ['history', 'client_grace_phone'],
  ['sessions', 'user_grace'],
  ['devices', 'user_grace'],
  ['quarantine', 'list'],
  ['check'],
]

console.log(`${describeMachine()}; medians of ${RUNS}, in milliseconds`)
console.log('| command | empty node | command | ratio |\n| --- | --- | --- | --- |')
milliseconds([COMMAND, 'import', LOG])
for (const args of lines.filter((each) => CHOSEN.test(each.join(' ')))) {
  const [empty, command] = [[], []]
  for (let run = 0; run < RUNS; run++) {
    empty.push(milliseconds(['-e', '0']))
    command.push(milliseconds([COMMAND, ...args]))
  }
  const [alone, whole] = [median(empty), median(command)]
  const name = args.map((word) => word.replace(/.*\//, '')).join(' ')
  console.log(
    `| \`${name}\` | ${alone.toFixed(0)} | ${whole.toFixed(0)} | ${(whole / alone).toFixed(2)} |`,
  )
}
rmSync(folder, { recursive: true })
