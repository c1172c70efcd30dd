import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  accessSync,
  constants,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect as connectSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../postgres/server.js'
import { endChild } from '../../end-child.js'

/** A program of a server, with its version. */
export interface NatsBinary {
  readonly path: string
  readonly version: string
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const subfolders = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

const versionOf = (path: string): string | undefined => {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  return /v(\d+\.\d+\.\d+)/.exec(stdout)?.[1]
}

/** The part of a version that decides what a server can do: 2012 for 2.12. */
export const minorOf = ({ version }: NatsBinary): number => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major * 1000 + minor
}

/** The servers of `scripts/nats-servers.sh`, and the one of the system, from the oldest to the newest. */
const findBinaries = (): ReadonlyArray<NatsBinary> => {
  const folder = process.env.CLIENTFOLD_NATS_SERVERS ?? ''
  const paths = [
    ...(folder === '' ? [] : subfolders(folder).map((name) => join(folder, name, 'nats-server'))),
    ...[...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].map((each) =>
      join(each, 'nats-server'),
    ),
  ]
  const found = new Map<string, NatsBinary>()
  for (const path of paths.filter(isExecutable)) {
    const version = versionOf(path)
    if (version !== undefined && !found.has(version)) found.set(version, { path, version })
  }
  return [...found.values()].sort((left, right) => minorOf(left) - minorOf(right))
}

export const natsBinaries = findBinaries()

/** The version since which batches are written all or none. */
const LEAST_MINOR = 2012

const [newest] = natsBinaries.filter((each) => minorOf(each) >= LEAST_MINOR).slice(-1)

/** Servers that the store refuses. */
export const olderBinaries = natsBinaries.filter((each) => minorOf(each) < LEAST_MINOR)

/** False where no server can be started: reported, and an error in continuous integration. */
export const hasNats = newest !== undefined
if (!hasNats) {
  const message =
    'NO NATS SERVER 2.12: run scripts/nats-servers.sh FOLDER and set CLIENTFOLD_NATS_SERVERS=FOLDER'
  if (process.env.CI === 'true') throw new Error(message)
  console.warn(`\n${message}: ITS TESTS ARE SKIPPED\n`)
}

/** How a server is started. */
export interface NatsOptions {
  readonly binary?: NatsBinary
  /** False: it syncs its disk every two minutes. Older servers know no other way. */
  readonly syncsAlways?: boolean
  /** Further lines of its configuration. */
  readonly lines?: ReadonlyArray<string>
}

/** A throwaway server with JetStream on the loopback address. */
export class NatsServer {
  readonly port: number
  readonly folder = mkdtempSync(join(tmpdir(), 'clientfold-nats-'))
  readonly #binary: string
  #process: ChildProcess | undefined

  private constructor(
    port: number,
    { binary = newest, syncsAlways = true, lines = [] }: NatsOptions,
  ) {
    this.port = port
    this.#binary = binary?.path ?? ''
    const sync = syncsAlways ? 'sync_interval: always' : ''
    writeFileSync(
      join(this.folder, 'server.conf'),
      [
        `listen: 127.0.0.1:${port}`,
        `jetstream { store_dir: "${join(this.folder, 'data')}", ${sync} }`,
        ...lines,
        '',
      ].join('\n'),
    )
    process.once('exit', this.#atExit)
  }

  static async start(options: NatsOptions = {}): Promise<NatsServer> {
    const server = new NatsServer(await freePort(), options)
    await server.restart()
    return server
  }

  /** Starts three servers that keep three replicas together, named 0, 1 and 2. */
  static async startCluster(): Promise<ReadonlyArray<NatsServer>> {
    const ports = [await freePort(), await freePort(), await freePort()]
    const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join(', ')
    const start = (port: number, name: number): Promise<NatsServer> =>
      NatsServer.start({
        syncsAlways: false,
        lines: [
          `server_name: "${name}"`,
          `cluster { name: clientfold, listen: 127.0.0.1:${port}, routes: [${routes}] }`,
        ],
      })
    return Promise.all(ports.map(start))
  }

  /** The URL of a store, which says that the server syncs always. */
  url(stream: string, parameters = '?sync=always'): string {
    return `nats://127.0.0.1:${this.port}/${stream}${parameters}`
  }

  /** Starts the server again on what is there. */
  async restart(): Promise<void> {
    this.#process = spawn(
      this.#binary,
      ['-c', join(this.folder, 'server.conf'), '-l', join(this.folder, 'log')],
      { stdio: 'ignore' },
    )
    for (let tries = 0; tries < 200; tries++) {
      if (await answers(this.port)) return
      await delay(25)
    }
    throw new Error(`the server does not start: ${readFileSync(join(this.folder, 'log'), 'utf8')}`)
  }

  /** Undefined while it does not run. */
  get processId(): number | undefined {
    return this.#process?.pid
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Stops the process where it is, as a machine that swaps or is moved. */
  pause(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
    process.off('exit', this.#atExit)
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    this.#process = undefined
    await endChild(child, signal)
  }

  readonly #atExit = (): void => {
    this.#process?.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1')
    const end = (hasAnswered: boolean): void => {
      socket.destroy()
      resolve(hasAnswered)
    }
    socket.once('data', () => {
      end(true)
    })
    socket.once('error', () => {
      end(false)
    })
  })
