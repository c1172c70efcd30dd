import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { eventLine, logOf } from '../replay/log-bytes.js'
import { folderWith } from './given/folder.js'
import { runInProcess, TEST_VERSION, wordsOf } from './given/in-process.js'

const STORE_HELP = ['--store', 'CLIENTFOLD_STORE']
const SCREEN_HELP = ['--full', '--local', '--utc']
const VIEW_HELP = ['--at', '--as-of', '--known-at', '--revoked', 'TIME']

it.each([
  {
    command: 'replay',
    names: [
      ...['FILE', ...VIEW_HELP, '--client', '--format', '--part', '--out', '--rejects'],
      ...SCREEN_HELP,
    ],
  },
  {
    command: 'compact',
    names: ['FILE', '--before', 'TIME', '--part', '--store', '--archive', '--out', '--rejects'],
  },
  { command: 'verify', names: ['FILE', '--rejects', '--refused-fails'] },
  {
    command: 'generate',
    names: ['--events', '--clients', '--seed', '--shape', 'slim', 'full', '--out'],
  },
  { command: 'import', names: ['FILE', ...STORE_HELP, '--rejects'] },
  { command: 'export', names: [...STORE_HELP, '--out', '--skip-damaged'] },
  { command: 'check', names: STORE_HELP },
  { command: 'doctor', names: [...STORE_HELP, '--views', '--format'] },
  { command: 'show', names: ['CLIENT', ...STORE_HELP, ...VIEW_HELP, '--format', ...SCREEN_HELP] },
  {
    command: 'devices',
    names: [
      ...['USER', ...STORE_HELP, '--current', '--at', '--as-of', '--known-at', 'TIME'],
      ...['--impersonated', '--format', ...SCREEN_HELP],
    ],
  },
  { command: 'history', names: ['CLIENT', ...STORE_HELP, '--format', ...SCREEN_HELP] },
  {
    command: 'sessions',
    names: [
      ...['USER', ...STORE_HELP, '--at', '--as-of', '--known-at', '--status', '--format'],
      ...SCREEN_HELP,
    ],
  },
  { command: 'completion', names: ['SHELL', 'bash', 'zsh', 'fish'] },
  { command: 'follow', names: [...STORE_HELP, '--from-start', '--after', '--positions'] },
  {
    command: 'erase',
    names: [
      ...[...STORE_HELP, '--user', '--client', '--scrub', '--dry-run', '--unknown-too'],
      ...['--pending', '--call-off', '--due'],
    ],
  },
  { command: 'forget', names: [...STORE_HELP, '--over-before', 'TIME'] },
  { command: 'scrub', names: STORE_HELP },
  {
    command: 'backfill',
    names: [
      ...[...STORE_HELP, '--api-url', '--user', '--since', '--resume', '--dry-run'],
      'CLERK_SECRET_KEY',
    ],
  },
  {
    command: 'reconcile',
    names: [
      ...[...STORE_HELP, '--api-url', '--user', '--client', '--dry-run', '--format'],
      'CLERK_SECRET_KEY',
    ],
  },
  {
    command: 'torture',
    names: [
      ...['--url', '--read', '--runs', '--seconds', '--seed', '--failures'],
      ...['--allow-host', 'CLERK_WEBHOOK_SIGNING_SECRET', 'CLIENTFOLD_SECRET_KEY'],
    ],
  },
  {
    command: 'serve',
    names: [
      ...[...STORE_HELP, '--create', '--port', '--host', '--on-user-deleted', '--after', 'SIGTERM'],
      ...[
        'CLERK_WEBHOOK_SIGNING_SECRET',
        'CLIENTFOLD_SECRET_KEY',
        'CLIENTFOLD_HOST',
        'CLIENTFOLD_PORT',
      ],
    ],
  },
  { command: 'project', names: [...STORE_HELP, '--views'] },
  { command: 'views status', names: STORE_HELP },
  { command: 'views rebuild', names: STORE_HELP },
  { command: 'quarantine list', names: [...STORE_HELP, ...SCREEN_HELP] },
  { command: 'quarantine retry', names: STORE_HELP },
  { command: 'quarantine show', names: ['DELIVERY', ...STORE_HELP] },
  { command: 'quarantine remove', names: ['DELIVERY', ...STORE_HELP] },
])(
  'the help of clientfold $command names its arguments, an example and its exit codes',
  async ({ command, names }) => {
    const { code, stdout, stderr } = await runInProcess([...wordsOf(command), '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const name of names) expect(stdout).toContain(name)
    expect(stdout).toMatch(new RegExp(`^Example:\n  .*clientfold ${command}\\b.*$`, 'm'))
    for (const exitCode of [0, 2, 70]) expect(stdout).toMatch(new RegExp(`^  ${exitCode} `, 'm'))
    const widest = Math.max(...stdout.split('\n').map((line) => line.length))
    expect(widest).toBeLessThanOrEqual(80)
  },
)

it('the help of clientfold names every command, and all exit codes', async () => {
  const { code, stdout, stderr } = await runInProcess(['--help'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  for (const command of [
    ...[
      'replay',
      'compact',
      'verify',
      'generate',
      'torture',
      'import',
      'export',
      'backup',
      'restore',
    ],
    ...[
      'show',
      'history',
      'devices',
      'sessions',
      'completion',
      'follow',
      'erase',
      'scrub',
      'views',
    ],
    ...['quarantine', 'backfill', 'reconcile', 'serve', 'help'],
  ]) {
    expect(stdout).toMatch(new RegExp(`^ +${command} `, 'm'))
  }
  for (const code of [0, 1, 2, 70, 130, 143]) {
    expect(stdout).toMatch(new RegExp(`^  ${code} `, 'm'))
  }
  expect(stdout).toContain('--version')
})

it.each(['replay', 'verify', 'generate'])(
  'clientfold help %s writes what its --help does',
  async (command) => {
    const help = await runInProcess(['help', command])
    expect(help.stdout).not.toBe('')
    expect(help).toEqual(await runInProcess([command, '--help']))
  },
)

it('--help is answered even if other arguments are wrong', async () => {
  const { code, stdout } = await runInProcess(wordsOf('generate --help --events 7'))
  expect(code).toBe(0)
  expect(stdout).toContain('Usage: clientfold generate')
})

it.each([
  { line: 'replay log --asof 2026-05-28', nearest: '--as-of' },
  { line: 'replay log --fromat json', nearest: '--format' },
  { line: 'replay log --reject bad', nearest: '--rejects' },
  { line: 'replay log --ouput out', nearest: '--out' },
  { line: 'verify log --reject bad', nearest: '--rejects' },
  { line: 'generate --events 1 --client 1', nearest: '--clients' },
  { line: 'generate --events 1 --clients 1 --sed 4', nearest: '--seed' },
  { line: '--hlep', nearest: '--help' },
  { line: 'repaly log', nearest: 'replay' },
  { line: 'verfy log', nearest: 'verify' },
  { line: 'genrate', nearest: 'generate' },
])('the refusal of clientfold $line proposes $nearest', async ({ line, nearest }) => {
  const { code, stdout, stderr } = await runInProcess(wordsOf(line))
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^error: unknown (?:option|command)/)
  expect(stderr).toContain(`(Did you mean ${nearest}?)`)
})

it.each([
  { line: '--nothing', help: 'clientfold --help' },
  { line: 'history', help: 'clientfold history --help' },
  { line: 'history client_1 --fromat json', help: 'clientfold history --help' },
  { line: 'quarantine show', help: 'clientfold quarantine show --help' },
])('after clientfold $line stands how to see the help of it', async ({ line, help }) => {
  const { stderr } = await runInProcess(wordsOf(line))
  expect(stderr).toContain(`(run ${help} to see its arguments and options)`)
})

const PORT_EXPECTED = /--port <N>.*Expected a port from 0 \(any free port\) to 65535\./
const THREADS_EXPECTED = /--threads <N>.*Expected a whole number from 1 to 256\./
const PART_EXPECTED = /--part <I\/N>.*Expected I\/N, such as 2\/8/

it.each([
  { line: 'replay log --nothing-like-it', message: /unknown option '--nothing-like-it'/ },
  { line: 'verify log --at 5', message: /unknown option '--at'/ },
  { line: 'replay log --format yaml', message: /--format.*ndjson, json, table/ },
  { line: 'replay log --revoked maybe', message: /--revoked.*keep, drop/ },
  { line: 'replay log --at', message: /--at <TIME>.*missing/ },
  { line: 'replay log --out', message: /--out <FILE>.*missing/ },
  { line: 'replay log --threads 0', message: THREADS_EXPECTED },
  { line: 'replay log --threads -1', message: THREADS_EXPECTED },
  { line: 'replay log --threads two', message: THREADS_EXPECTED },
  { line: 'replay log --threads 1.5', message: THREADS_EXPECTED },
  { line: 'replay log --threads 257', message: THREADS_EXPECTED },
  { line: 'replay log --part 0/2', message: PART_EXPECTED },
  { line: 'replay log --part 3/2', message: PART_EXPECTED },
  { line: 'compact log --part 1', message: PART_EXPECTED },
  { line: 'compact log --part 1/1000001', message: PART_EXPECTED },
  { line: 'compact log --part 1/2/3', message: PART_EXPECTED },
  { line: 'compact log --before soon', message: /--before <TIME>.*epoch milliseconds/ },
  { line: 'generate', message: /--events <N>/ },
  { line: 'generate --events 5', message: /--clients <N>/ },
  { line: 'generate --events 0 --clients 1', message: /--events <N>.*above 0/ },
  { line: 'generate --events 1e3 --clients 1', message: /--events <N>.*above 0/ },
  { line: 'generate --events 5 --clients -1', message: /--clients <N>.*above 0/ },
  { line: 'generate --events 5 --clients 1 --seed x', message: /--seed <S>/ },
  { line: 'generate --events 5 --clients 1 --seed 4294967296', message: /--seed <S>.*32 bits/ },
  { line: 'generate --events 5 --clients 1 --shape fat', message: /--shape.*slim, full/ },
  { line: 'generate log --events 5 --clients 1', message: /too many arguments/ },
  { line: 'serve --port=-1', message: PORT_EXPECTED },
  { line: 'serve --port=65536', message: PORT_EXPECTED },
  { line: 'serve --port=http', message: PORT_EXPECTED },
  { line: 'serve --port=80.5', message: PORT_EXPECTED },
  { line: 'serve --port=', message: PORT_EXPECTED },
  { line: 'serve --port=1e3', message: PORT_EXPECTED },
  { line: 'serve --host=', message: /Expected an address/ },
  { line: 'quarantine', message: /Usage: clientfold quarantine/ },
  { line: 'quarantine keep', message: /unknown command 'keep'/ },
  { line: 'quarantine show', message: /missing required argument 'DELIVERY'/ },
  { line: '', message: /Usage: clientfold/ },
])('clientfold $line is refused as wrong usage', async ({ line, message }) => {
  const { code, stdout, stderr } = await runInProcess(wordsOf(line))
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).not.toMatch(/^ +at /m)
})

it('clientfold help refuses an unknown command', async () => {
  expect(await runInProcess(wordsOf('help repaly'))).toMatchObject({ code: 2, stdout: '' })
})

it.each(['--version', '-V'])('%s writes the version', async (flag) => {
  expect(await runInProcess([flag])).toEqual({ code: 0, stdout: `${TEST_VERSION}\n`, stderr: '' })
})

const givenLog = () => folderWith({ log: logOf(eventLine()) })

it('the version of the command is the version of the package', async () => {
  const packageJson = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(packageJson) as { readonly version: string }
  const folder = await folderWith()
  expect(await folder.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

it('the command exits with 0 after help and with 2 after wrong usage, and writes no file', async () => {
  const folder = await givenLog()
  expect(await folder.run(['replay', '--help'])).toMatchObject({ code: 0, stderr: '' })
  expect(await folder.run(['replay', 'log', '--fromat', 'json'])).toMatchObject({
    code: 2,
    stdout: '',
  })
  expect(await folder.names()).toEqual(['log'])
})

it('the help does not show the store URL of the environment, which may contain a password', async () => {
  const env = { CLIENTFOLD_STORE: 'postgres://role:canary@host/database' }
  const { code, stdout, stderr } = await (await folderWith()).run(['show', '--help'], { env })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toContain('CLIENTFOLD_STORE')
  expect(stdout).not.toContain('canary')
})

it.each(['--help', 'replay --help', '--version'])(
  'clientfold %s ends quietly if its output has no reader',
  async (line) => {
    const ended = await (await folderWith()).shell(`clientfold ${line} | true`)
    expect(ended.stderr).toBe('')
  },
)
