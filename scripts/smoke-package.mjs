// Packs the package, installs it into an empty folder as a user does, and uses it there.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'clientfold-package-'))
const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

/** Runs a command and returns what it wrote. An exit code that is not in `allowed` ends the script. */
const run = (cwd, args, allowed = [0]) => {
  const [command, ...rest] = args
  console.log(`$ ${args.join(' ')}`)
  const { status, stdout, stderr } = spawnSync(command, rest, { cwd, encoding: 'utf8' })
  if (allowed.includes(status)) return { status, stdout, stderr }
  console.error(stdout)
  console.error(stderr)
  throw new Error(`${command} ended with ${status}`)
}

const expect = (claim, isTrue) => {
  if (!isTrue) throw new Error(`not true: ${claim}`)
  console.log(`ok: ${claim}`)
}

const install = (...packages) =>
  run(folder, ['npm', 'install', '--silent', '--no-audit', '--no-fund', ...packages])

const installedPackages = () => readdirSync(join(folder, 'node_modules'))

const exportsOf = (name) => {
  const script = `console.log(JSON.stringify(Object.keys(await import('${name}'))))`
  return JSON.parse(run(folder, ['node', '--input-type=module', '--eval', script]).stdout)
}

const clientfold = (args, allowed) => run(folder, ['npx', 'clientfold', ...args], allowed)

/** One export of each entry point that loads with no optional peer installed. */
const ENTRY_POINTS = [
  { entryPoint: 'clientfold', name: 'toClient' },
  { entryPoint: 'clientfold/replay', name: 'replay' },
  { entryPoint: 'clientfold/webhooks', name: 'createReceiver' },
  { entryPoint: 'clientfold/http', name: 'createHandler' },
  { entryPoint: 'clientfold/clerk', name: 'reconcile' },
  { entryPoint: 'clientfold/sqlite', name: 'openSqliteStore' },
  { entryPoint: 'clientfold/postgres', name: 'openPostgresStore' },
  { entryPoint: 'clientfold/jetstream', name: 'openJetStreamStore' },
  { entryPoint: 'clientfold/telemetry', name: 'combineTelemetry' },
  { entryPoint: 'clientfold/opentelemetry', name: 'createOpenTelemetry' },
  { entryPoint: 'clientfold/prometheus', name: 'createPrometheusTelemetry' },
]

/** They are installed by the user who needs them. */
const OPTIONAL_PEERS = [
  'fast-check',
  'libsql',
  '@libsql',
  'pg',
  '@nats-io',
  '@opentelemetry',
  'prom-client',
]

/** The SQLite store works with node:sqlite, and on an older Node with libsql, which a message names. */
const tryTheSqliteStore = () => {
  const recorded = 'recorded 13,'
  const first = clientfold(['import', 'log.ndjson'], [1, 2])
  if (first.status === 1) {
    expect('the command records a log with node:sqlite', first.stdout.startsWith(recorded))
    return
  }
  expect(
    'without node:sqlite the command says which package to install',
    first.stderr.includes('npm install libsql'),
  )
  install(`libsql@${devDependencies.libsql}`)
  const { stdout } = clientfold(['import', 'log.ndjson'], [1])
  expect('the command records a log with libsql', stdout.startsWith(recorded))
}

const CONSUMER = `
import { parseEvent, toClient, fold, type Client, type ClientEvent } from 'clientfold'
import { replay, type ReplayStep } from 'clientfold/replay'
import { openSqliteStore } from 'clientfold/sqlite'
import { openPostgresStore } from 'clientfold/postgres'
import { createReceiver, type WebhookOutcome } from 'clientfold/webhooks'
import { createHandler, type Handler } from 'clientfold/http'
import { reconcile, type ReconcileOutcome } from 'clientfold/clerk'
import { foldLaws, type FoldLaw } from 'clientfold/testing'
import { combineTelemetry, type Telemetry } from 'clientfold/telemetry'
import { createOpenTelemetry } from 'clientfold/opentelemetry'
import { createPrometheusTelemetry } from 'clientfold/prometheus'

const parsed = parseEvent('{}')
const events: ClientEvent[] = parsed._tag === 'Right' ? [parsed.right] : []
export const clients: Client[] = Array.from(fold(events).values(), (state) => toClient(state))
export const steps: AsyncGenerator<ReplayStep, void> = replay([])
export const stores = [openSqliteStore, openPostgresStore]
export const receivers = [createReceiver]
export const webhookOutcomes: WebhookOutcome[] = []
export const makers = [createHandler, reconcile]
export const handlers: Handler[] = []
export const reconcileOutcomes: ReconcileOutcome[] = []
export const telemetry = async (): Promise<Telemetry> =>
  combineTelemetry(await createOpenTelemetry(), await createPrometheusTelemetry())
export const laws: ReadonlyArray<FoldLaw> = foldLaws
// @ts-expect-error a Client has no e-mail address
clients[0]?.email
`

try {
  run('.', ['npm', 'pack', '--silent', '--pack-destination', folder])
  const tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  )
  run('.', ['npx', 'publint', 'run', tarball, '--strict'])
  console.log(
    run('.', ['npx', 'attw', tarball, '--profile', 'esm-only', '--format', 'table']).stdout,
  )

  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }')
  install(tarball)
  for (const peer of OPTIONAL_PEERS) {
    expect(`${peer} is not installed with it`, !installedPackages().includes(peer))
  }
  for (const { entryPoint, name } of ENTRY_POINTS) {
    expect(`plain Node imports ${entryPoint}`, exportsOf(entryPoint).includes(name))
  }
  for (const [entryPoint, name, peer] of [
    ['clientfold/prometheus', 'createPrometheusTelemetry', 'prom-client'],
    ['clientfold/opentelemetry', 'createOpenTelemetry', '@opentelemetry/api'],
  ]) {
    const script = `const m = await import('${entryPoint}'); await m.${name}().catch((e) => console.log(e.message))`
    const { stdout } = run(folder, ['node', '--input-type=module', '--eval', script])
    expect(
      `without ${peer}, ${entryPoint} says which package to install`,
      stdout === `${peer} is not installed: run npm install ${peer}\n`,
    )
  }
  const packageFiles = readdirSync(join(folder, 'node_modules/clientfold'), { recursive: true })
  for (const path of ['docs/architecture.md', 'docs/measurements.md', 'examples/node-http.ts']) {
    expect(`the package contains ${path}`, packageFiles.includes(path))
  }

  cpSync(resolve('examples/clerk-webhooks.ndjson'), join(folder, 'log.ndjson'))
  const replayed = (...options) => clientfold(['replay', 'log.ndjson', ...options], [1]).stdout
  expect('the command replays a log', replayed().trim().split('\n').length === 3)
  expect(
    'the package contains the replay engine',
    replayed('--engine', 'fast', '--threads', '2') === replayed('--engine', 'plain'),
  )
  tryTheSqliteStore()

  const peers = ['fast-check', 'pg', '@types/pg', 'typescript', '@types/node']
  install(...peers.map((name) => `${name}@${devDependencies[name]}`))
  expect(
    'with fast-check, plain Node imports clientfold/testing',
    exportsOf('clientfold/testing').includes('foldLaws'),
  )

  writeFileSync(join(folder, 'consumer.ts'), CONSUMER)
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--target', 'es2022']
  run(folder, ['npx', 'tsc', ...strict, '--module', 'nodenext', '--types', 'node', 'consumer.ts'])
  expect('types resolve under nodenext, with the types of all libraries checked', true)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
