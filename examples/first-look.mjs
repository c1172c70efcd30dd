// `npm start` runs this: it folds a small log of Clerk webhooks. It prints each command and runs it.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

const run = (title, ...args) => {
  console.log(`\n${title}\n\n$ node dist/cli/main.js ${args.join(' ')}`)
  const { status, stderr } = spawnSync(process.execPath, ['dist/cli/main.js', ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  })
  // Exit code 1 means that lines were refused; the log has an invalid line on purpose.
  if (status !== 0 && status !== 1) throw new Error(stderr)
  return stderr
}

const log = 'examples/clerk-webhooks.ndjson'
const refused = run(
  'Sixteen webhook deliveries, out of order, some repeated, one malformed. They fold into these clients:',
  ...['replay', log, '--format', 'table', '--at', '2026-05-29T18:00:00Z'],
)
console.log(`\nThe malformed delivery was refused, with this line on stderr:\n${refused.trim()}`)

run(
  'One client as Clerk documents it: the Client object that `GET /v1/clients/{id}` of its API returns.',
  ...['replay', log, '--client', 'client_grace_phone', '--format', 'json'],
)
run(
  'The same client as it was on the evening before, when the stolen phone was still signed in:',
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
console.log('\nTo see all commands: node dist/cli/main.js --help')
