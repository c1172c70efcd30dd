import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SECRETS } from '../cli/given/server.js'
import { delivery } from '../http/given.js'
import { eventLine } from '../replay/log-bytes.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { givenProject, PEERS, type ApplicationOutcome } from './given.js'

const execute = promisify(execFile)
const NEXT = join(PEERS, 'node_modules/next/dist/bin/next')

/** The build takes 15 s of processor time, and several times as long where other work goes on. */
const PATIENCE_MS = 300_000

/** The line of the guide for `output: 'standalone'`. */
const [, INCLUDES = ''] =
  /^ +outputFileTracingIncludes: (.*)$/m.exec(readFileSync('docs/guides/bundles.md', 'utf8')) ?? []

/** What is not about the package: where the packages of this checkout are, and a quick build. */
const CONFIG = `const root = ${JSON.stringify(resolve('.'))}
export default {
  output: 'standalone',
  outputFileTracingIncludes: ${INCLUDES},
  outputFileTracingRoot: root,
  turbopack: { root },
  experimental: {
    turbopackFileSystemCacheForBuild: false, turbopackMinify: false, turbopackSourceMaps: false,
  },
}`

const REPLAY = `import { fileSource, replayClients } from 'clientfold/replay'
export const dynamic = 'force-dynamic'
export const GET = async () => {
  const [warnings, source] = [[], await fileSource(process.env.LOG)]
  let [text, hasEngine] = ['', false]
  for await (const step of replayClients([source], { threads: 2 })) {
    if (step.type === 'warning') warnings.push(step.message)
    if (step.type === 'clients') text += Buffer.from(step.lines).toString()
    if (step.type === 'done') hasEngine = step.engineBytes !== null
  }
  return Response.json({ text, warnings, hasEngine })
}`

const SQLITE = `import { openClients, parseEvent } from 'clientfold'
import { openSqliteStore } from 'clientfold/sqlite'
export const dynamic = 'force-dynamic'
export const GET = async () => {
  const clients = openClients({ store: await openSqliteStore(process.env.SQLITE) })
  await clients.record(parseEvent(${JSON.stringify(eventLine())}).right)
  const { session_ids } = await clients.get('client_1', { at: 'recorded' })
  await clients.close()
  return Response.json(session_ids)
}`

/** A page that reads the Clients of the webhooks in process. */
const SESSIONS = `import { presentClients } from '../../clients'
export const dynamic = 'force-dynamic'
export const GET = async () => Response.json(await (await presentClients()).session('sess_1'))`

describeWithPostgres('Next.js', (server) => {
  const project = givenProject({ amongPeers: true })
  const standalone = join(project.path, '.next/standalone', project.path.slice(resolve('.').length))
  let child: ChildProcess | undefined
  let url = ''

  beforeAll(async () => {
    // The driver of SQLite, where the guide's line looks for it.
    for (const name of ['libsql', '@libsql', '@neon-rs', 'detect-libc']) {
      cpSync(join('node_modules', name), join(project.path, 'node_modules', name), {
        recursive: true,
      })
    }
    cpSync('examples/next', project.path, {
      recursive: true,
      // Next writes the configuration of an application itself.
      filter: (file) => !file.endsWith('tsconfig.json'),
    })
    const routes = { replay: REPLAY, sqlite: SQLITE, sessions: SESSIONS }
    for (const [name, code] of Object.entries(routes)) {
      mkdirSync(join(project.path, 'app', name))
      writeFileSync(join(project.path, 'app', name, 'route.js'), code)
    }
    writeFileSync(join(project.path, 'package.json'), '{ "private": true }')
    writeFileSync(join(project.path, 'next.config.mjs'), CONFIG)
    const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
    await execute(process.execPath, [NEXT, 'build'], { cwd: project.path, env })
    child = spawn(process.execPath, ['server.js'], {
      cwd: standalone,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...{ ...env, ...SECRETS, PORT: '0', HOSTNAME: '127.0.0.1', LOG: project.log },
        ...{ SQLITE: join(project.path, 'clients.db') },
        DATABASE_URL: server().url(await server().newDatabase()),
      },
    })
    if (child.stdout === null) throw new Error('the process has no stdout')
    for await (const line of createInterface(child.stdout)) {
      const [, found] = /Local: +(\S+)/.exec(line) ?? []
      if (found !== undefined) url = found
      if (line.includes('Ready')) break
    }
  }, PATIENCE_MS)

  afterAll(async () => {
    if (child?.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })

  const ask = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json()

  it('a standalone build without configuration for the package replays with the engine and its threads', async () => {
    const { text, hasEngine, warnings } = await project.run(project.entry)
    const replayed = (await ask('/replay')) as ApplicationOutcome
    expect(replayed).toEqual({ text, hasEngine, warnings })
    expect(replayed).toMatchObject({ hasEngine: true, warnings: [] })
  })

  it('a standalone build opens a SQLite store with the driver that the line of the guide includes', async () => {
    expect(readdirSync(join(standalone, 'node_modules'))).toContain('libsql')
    expect(await ask('/sqlite')).toEqual(['sess_1'])
  })

  it('the example receives webhooks, and another route reads the same Clients in process', async () => {
    const request = delivery('msg_1', eventLine(), { at: Date.now() })
    const received = await fetch(`${url}/api/clerk/webhooks/clerk`, request)
    expect(await received.json()).toEqual({ outcome: 'recorded' })
    expect(await ask('/sessions')).toMatchObject({ id: 'sess_1' })
  })
})
