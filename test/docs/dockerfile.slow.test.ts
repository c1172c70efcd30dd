import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { SECRETS } from '../cli/given/server.js'
import { documentBlocks } from './doc-blocks.js'

interface Instruction {
  readonly name: string
  readonly value: string
}

const [dockerfile] = documentBlocks().filter(({ language }) => language === 'dockerfile')

/** One instruction a line, after lines that end with a backslash are joined. */
const instructions: ReadonlyArray<Instruction> = (dockerfile?.code ?? '')
  .replace(/\\\n\s*/g, '')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [, name = '', value = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? []
    return { name, value }
  })

const valuesOf = (name: string): ReadonlyArray<string> =>
  instructions.filter((each) => each.name === name).map(({ value }) => value)

/** The variables of a line such as `A=1 B=2`. */
const pairsOf = (line: string): Record<string, string> => {
  const pairs = line.split(' ').map((pair) => pair.split(/=(.*)/))
  return Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value]))
}

/** The words of an instruction in JSON, which no shell runs. */
const wordsOf = (name: string): ReadonlyArray<string> =>
  JSON.parse(/\[.*\]$/.exec(valuesOf(name)[0] ?? '')?.[0] ?? '[]') as ReadonlyArray<string>

/** Another user, with a namespace of processes in which the server is process 1. Only root can have both. */
const UNPRIVILEGED = 65_534
const isRoot = process.getuid?.() === 0
const ISOLATED = `unshare --fork --pid --kill-child setpriv --reuid ${UNPRIVILEGED} --regid ${UNPRIVILEGED} --clear-groups`
const canIsolate = isRoot && spawnSync('sh', ['-c', `${ISOLATED} true`]).status === 0
const owner = isRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {}

const path = mkdtempSync(join(tmpdir(), 'clientfold-image-'))
let child: ChildProcess | undefined
afterAll(() => {
  child?.kill('SIGKILL')
  rmSync(path, { recursive: true, force: true })
})

const ownedFolder = (name: string): string => {
  const folder = join(path, name)
  mkdirSync(folder)
  if (isRoot) chownSync(folder, UNPRIVILEGED, UNPRIVILEGED)
  return folder
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

it('the Dockerfile has only known instructions, runs as another user than root, and starts no shell', () => {
  expect(instructions.map(({ name }) => name).join(' ')).toBe(
    'FROM WORKDIR COPY RUN RUN USER ENV VOLUME EXPOSE HEALTHCHECK CMD',
  )
  expect(valuesOf('FROM')).toEqual(['node:22-slim'])
  expect(valuesOf('USER')).toEqual(['node'])
  expect(wordsOf('CMD').slice(1)).toEqual(['serve', '--create'])
  expect(wordsOf('HEALTHCHECK')[0]).toBe('node')
})

it('the commands of the Dockerfile install, start, report health and end at SIGTERM', async () => {
  chmodSync(path, 0o755)
  const [app, data, home] = [ownedFolder('app'), ownedFolder('data'), ownedFolder('home')]
  const pack = spawnSync('npm', ['pack', '--silent', '--pack-destination', app], {
    encoding: 'utf8',
  })
  const hasDriver = Number(process.versions.node.split('.')[0]) >= 24
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>
  }
  const dependencies = {
    clientfold: `file:${pack.stdout.trim()}`,
    // The image has a Node with a driver of its own.
    ...(hasDriver ? {} : { libsql: devDependencies.libsql }),
  }
  writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, dependencies }))
  const port = await freePort()
  const [variables = ''] = valuesOf('ENV')
  const env = {
    ...{ PATH: process.env.PATH, HOME: home, ...SECRETS },
    ...pairsOf(variables),
    // What a test must not use: every address, a port that may be taken, and a folder of the machine.
    ...{ CLIENTFOLD_HOST: '127.0.0.1', CLIENTFOLD_PORT: String(port) },
    CLIENTFOLD_STORE: `sqlite:${data}/clients.db`,
  }
  const run = (command: string, args: ReadonlyArray<string>) =>
    spawnSync(command, args, { cwd: app, env, encoding: 'utf8', ...owner })
  expect(run('npm', ['install', '--package-lock-only', '--ignore-scripts']).status).toBe(0)
  expect(run('sh', ['-c', valuesOf('RUN')[0] ?? '']).status).toBe(0)

  const [health = '', ...healthArgs] = wordsOf('HEALTHCHECK')
  expect(run(health, healthArgs).status).toBe(1)
  const words = [...(canIsolate ? ISOLATED.split(' ') : []), ...wordsOf('CMD')]
  child = spawn(words[0] ?? '', words.slice(1), { cwd: app, env, ...(canIsolate ? {} : owner) })
  const [line] = (await once(child.stderr ?? child, 'data')) as [Buffer]
  expect(line.toString()).toContain(`listening on http://127.0.0.1:${port}: `)
  expect(run(health, healthArgs).status).toBe(0)

  const ended = once(child, 'exit')
  const server = canIsolate
    ? readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
    : child.pid
  expect(readFileSync(`/proc/${Number(server)}/status`, 'utf8')).toMatch(
    isRoot ? /^Uid:\t65534\t/m : /^Uid:\t[1-9]/m,
  )
  process.kill(Number(server), 'SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(run(health, healthArgs).status).toBe(1)
}, 300_000)
