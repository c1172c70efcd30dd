// What `npm start` shows: a small log of Clerk webhooks, folded. It runs the commands that it prints.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const run = (about, ...args) => {
  console.log(`\n${about}\n\n$ node dist/cli/main.js ${args.join(' ')}`)
  const { status, stderr } = spawnSync(process.execPath, ['dist/cli/main.js', ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  })
  // 1 says that lines were refused; the log has one on purpose.
  if (status !== 0 && status !== 1) throw new Error(stderr)
  return stderr
}

const log = 'examples/clerk-webhooks.ndjson'
const refused = run(
  'Sixteen deliveries, out of order, some repeated, one malformed: the clients, and who is signed in.',
  ...['replay', log, '--format', 'table', '--at', '2026-05-29T18:00:00Z'],
)
console.log(`\nThe malformed one was refused, and told on stderr:\n${refused.trim()}`)

run(
  'One of them as Clerk documents it: the Client object that `GET /v1/clients/{id}` answers.',
  ...['replay', log, '--client', 'client_grace_phone', '--format', 'json'],
)
run(
  'The same client, as it was on the evening before: the stolen phone is still signed in.',
  ...[
    'replay',
    log,
    '--client',
    'client_grace_phone',
    '--as-of',
    '2026-05-28T15:00:00Z',
    '--format',
    'table',
  ],
)
console.log('\nAsk for more: node dist/cli/main.js --help')
