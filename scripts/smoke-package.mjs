// Packs the package, installs it into an empty folder as a user does, and uses it there.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'clientfold-package-'))
const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))

/** Runs a command and returns its stdout. An exit code that is not allowed ends the script. */
const run = (cwd, args, allowed = [0]) => {
  const [command, ...rest] = args
  console.log(`$ ${args.join(' ')}`)
  const options = { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }
  const { status, stdout } = spawnSync(command, rest, options)
  if (allowed.includes(status)) return stdout
  console.error(stdout)
  throw new Error(`${command} ended with exit code ${status}`)
}

const expect = (sentence, holds) => {
  if (!holds) throw new Error(`this does not hold: ${sentence}`)
  console.log(`ok: ${sentence}`)
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
import { createReceiver, type Received } from 'clientfold/webhooks'
import { createHandler, type Handler } from 'clientfold/http'
import { reconcile, type Reconciled } from 'clientfold/clerk'
import { foldLaws, type FoldLaw } from 'clientfold/testing'

const parsed = parseEvent('{}')
const events: ClientEvent[] = parsed._tag === 'Right' ? [parsed.right] : []
export const clients: Client[] = Array.from(fold(events).values(), (state) => toClient(state))
export const steps: AsyncGenerator<ReplayStep, void> = replay([])
export const stores = [openSqliteStore, openPostgresStore]
export const receivers = [createReceiver]
export const received: Received[] = []
export const makers = [createHandler, reconcile]
export const handlers: Handler[] = []
export const reconciled: Reconciled[] = []
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
  expect('fast-check is not installed with it', !packages.includes('fast-check'))
  expect('plain node imports clientfold', exportsOf('clientfold').includes('toClient'))
  expect('plain node imports clientfold/replay', exportsOf('clientfold/replay').includes('replay'))
  expect(
    'plain node imports clientfold/webhooks',
    exportsOf('clientfold/webhooks').includes('createReceiver'),
  )
  expect(
    'plain node imports clientfold/http, because hono is installed with it',
    exportsOf('clientfold/http').includes('createHandler'),
  )
  expect('plain node imports clientfold/clerk', exportsOf('clientfold/clerk').includes('reconcile'))

  expect(
    'plain node imports clientfold/sqlite',
    exportsOf('clientfold/sqlite').includes('openSqliteStore'),
  )
  expect('pg is not installed with it', !packages.includes('pg'))
  expect(
    'clientfold/postgres loads without pg',
    exportsOf('clientfold/postgres').includes('openPostgresStore'),
  )

  cpSync(resolve('examples/clerk-webhooks.ndjson'), join(folder, 'log.ndjson'))
  const lines = run(folder, ['npx', 'clientfold', 'replay', 'log.ndjson'], [1]).trim().split('\n')
  expect('the command replays a log without fast-check', lines.length === 3)

  const replayBy = (...options) =>
    run(folder, ['npx', 'clientfold', 'replay', 'log.ndjson', ...options], [1])
  const plain = replayBy('--engine', 'plain')
  expect(
    'the engine is in the package and writes the same as the plain path',
    replayBy('--engine', 'fast', '--threads', '2') === plain,
  )

  const imported = run(folder, ['npx', 'clientfold', 'import', 'log.ndjson'], [1])
  expect('the command imports a log into a SQLite file', imported.startsWith('recorded 13,'))

  const peers = ['fast-check', 'pg', '@types/pg', 'typescript', '@types/node']
  install(...peers.map((name) => `${name}@${devDependencies[name]}`))
  expect(
    'plain node imports clientfold/testing with fast-check',
    exportsOf('clientfold/testing').includes('foldLaws'),
  )

  writeFileSync(join(folder, 'consumer.ts'), CONSUMER)
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--target', 'es2022']
  run(folder, ['npx', 'tsc', ...strict, '--module', 'nodenext', '--types', 'node', 'consumer.ts'])
  expect('types resolve under nodenext, and the types of libraries are checked too', true)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
