// Packs the package, installs it into an empty folder as a user would, and uses it there.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'clientfold-package-'))
const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

/** Runs a command and gives what it wrote to stdout; any exit code that is not allowed ends it all. */
const run = (cwd, args, allowed = [0]) => {
  const [command, ...rest] = args
  console.log(`$ ${args.join(' ')}`)
  const options = { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }
  const { status, stdout } = spawnSync(command, rest, options)
  if (allowed.includes(status)) return stdout
  console.error(stdout)
  throw new Error(`${command} ended with ${status}`)
}

const expect = (what, is) => {
  if (!is) throw new Error(`not so: ${what}`)
  console.log(`ok: ${what}`)
}

const install = (...packages) =>
  run(folder, ['npm', 'install', '--silent', '--no-audit', '--no-fund', ...packages])

const exportsOf = (name) =>
  JSON.parse(
    run(folder, [
      'node',
      '--input-type=module',
      '--eval',
      `console.log(JSON.stringify(Object.keys(await import('${name}'))))`,
    ]),
  )

const CONSUMER = `
import { parseEvent, toClient, fold, type Client, type ClientEvent } from 'clientfold'
import { replay, type ReplayStep } from 'clientfold/replay'
import { openSqliteStore } from 'clientfold/sqlite'
import { openPostgresStore } from 'clientfold/postgres'
import { createReceiver, type WebhookOutcome } from 'clientfold/webhooks'
import { createHandler, type Handler } from 'clientfold/http'
import { reconcile, type ReconcileOutcome } from 'clientfold/clerk'
import { foldLaws, type FoldLaw } from 'clientfold/testing'

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
  console.log(run('.', ['npx', 'attw', tarball, '--profile', 'esm-only', '--format', 'table']))

  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }')
  install(tarball)
  const packages = readdirSync(join(folder, 'node_modules'))
  expect('fast-check does not come along', !packages.includes('fast-check'))
  expect('plain node imports clientfold', exportsOf('clientfold').includes('toClient'))
  expect('plain node imports clientfold/replay', exportsOf('clientfold/replay').includes('replay'))
  expect(
    'plain node imports clientfold/webhooks',
    exportsOf('clientfold/webhooks').includes('createReceiver'),
  )
  expect(
    'plain node imports clientfold/http, for which hono comes along',
    exportsOf('clientfold/http').includes('createHandler'),
  )
  expect('plain node imports clientfold/clerk', exportsOf('clientfold/clerk').includes('reconcile'))

  expect(
    'plain node imports clientfold/sqlite',
    exportsOf('clientfold/sqlite').includes('openSqliteStore'),
  )
  expect('pg does not come along', !packages.includes('pg'))
  expect(
    'without pg, clientfold/postgres loads',
    exportsOf('clientfold/postgres').includes('openPostgresStore'),
  )

  cpSync(resolve('examples/clerk-webhooks.ndjson'), join(folder, 'log.ndjson'))
  const lines = run(folder, ['npx', 'clientfold', 'replay', 'log.ndjson'], [1]).trim().split('\n')
  expect('the command replays a log, without fast-check', lines.length === 3)

  const replayBy = (...options) =>
    run(folder, ['npx', 'clientfold', 'replay', 'log.ndjson', ...options], [1])
  const plain = replayBy('--engine', 'plain')
  expect('the engine comes along', replayBy('--engine', 'fast', '--threads', '2') === plain)

  const imported = run(folder, ['npx', 'clientfold', 'import', 'log.ndjson'], [1])
  expect('the command records it in a SQLite file', imported.startsWith('recorded 13,'))

  const peers = ['fast-check', 'pg', '@types/pg', 'typescript', '@types/node']
  install(...peers.map((name) => `${name}@${devDependencies[name]}`))
  expect(
    'with fast-check, clientfold/testing too',
    exportsOf('clientfold/testing').includes('foldLaws'),
  )

  writeFileSync(join(folder, 'consumer.ts'), CONSUMER)
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--target', 'es2022']
  run(folder, ['npx', 'tsc', ...strict, '--module', 'nodenext', '--types', 'node', 'consumer.ts'])
  expect('types resolve under nodenext, libraries checked too', true)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
