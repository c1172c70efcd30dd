import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  accessSync,
  chownSync,
  constants,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { endChild } from '../../end-child.js'

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const debianFolders = (): ReadonlyArray<string> => {
  try {
    return readdirSync('/usr/lib/postgresql')
      .sort((left, right) => Number(right) - Number(left))
      .map((version) => join('/usr/lib/postgresql', version, 'bin'))
  } catch {
    return []
  }
}

const findBinaries = (): string | undefined =>
  [
    process.env.CLIENTFOLD_POSTGRES_BIN ?? '',
    ...(process.env.PATH ?? '').split(delimiter),
    ...debianFolders(),
  ].find(
    (folder) =>
      folder !== '' && ['initdb', 'postgres'].every((name) => isExecutable(join(folder, name))),
  )

const binaries = findBinaries()

/** Where a program of PostgreSQL is: beside the server, which may be a link to another folder. */
const programOf = (name: string): string => {
  const folder = binaries ?? ''
  const folders = [folder, dirname(realpathSync(join(folder, 'postgres')))]
  return folders.map((each) => resolve(each, name)).find(isExecutable) ?? name
}

/** False where no server can be started: reported, and an error in continuous integration. */
export const hasPostgres = binaries !== undefined
if (!hasPostgres) {
  const message = 'NO POSTGRESQL: no initdb and postgres in PATH or CLIENTFOLD_POSTGRES_BIN'
  if (process.env.CI === 'true') throw new Error(message)
  console.warn(`\n${message}: ITS TESTS ARE SKIPPED\n`)
}

// eslint-disable-next-line local/plain-english -- the name of a user of the system
const UNPRIVILEGED_USERS = ['postgres', 'nobody']

/** PostgreSQL refuses to run as root; so root starts it as another user. */
export const otherUser = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const user = UNPRIVILEGED_USERS.flatMap((name) => users.filter(([other]) => other === name))[0]
  if (user === undefined) throw new Error(`root needs a user ${UNPRIVILEGED_USERS.join(' or ')}`)
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

/** A port that no process listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A throwaway server on the loopback address, of which `owner` is the superuser. */
export class PostgresServer {
  readonly port: number
  readonly data: string
  readonly #folder: string
  readonly #user = otherUser()
  #process: ChildProcess | undefined

  private constructor(port: number) {
    this.port = port
    this.#folder = mkdtempSync(join(tmpdir(), 'clientfold-pg-'))
    this.data = join(this.#folder, 'data')
    if (this.#user !== undefined) chownSync(this.#folder, this.#user.uid, this.#user.gid)
    process.once('exit', this.#atExit)
  }

  /** Makes a server and starts it. */
  static async start(initdbOptions: ReadonlyArray<string> = []): Promise<PostgresServer> {
    const server = new PostgresServer(await freePort())
    await server.#create(initdbOptions)
    await server.restart()
    return server
  }

  url(database = 'postgres', role = 'owner', password = ''): string {
    const secret = password === '' ? '' : `:${password}`
    return `postgres://${role}${secret}@127.0.0.1:${this.port}/${database}`
  }

  /** A connection beside the store. */
  async connect(database?: string, role?: string): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url(database, role) })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }

  /** Runs statements, one after another. */
  async run(database: string, ...statements: ReadonlyArray<string>): Promise<void> {
    const client = await this.connect(database)
    for (const statement of statements) await client.query(statement)
    await client.end()
  }

  #databases = 0

  /** A new, empty database. */
  async newDatabase(): Promise<string> {
    this.#databases += 1
    const name = `db_${this.#databases}`
    await this.run('postgres', `create database ${name}`)
    return name
  }

  /**
   * Starts the server again on what is there.
   *
   * @param mostKilobytes - to which its files may grow
   */
  async restart(mostKilobytes?: number): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      this.#process ??= this.#spawn(mostKilobytes)
      const client = new pg.Client({ connectionString: this.url() })
      client.on('error', () => undefined)
      try {
        await client.connect()
        await client.end()
        return
      } catch {
        await delay(50)
        // After a kill, the old processes may hold its memory a little longer; then it gives up.
        if (this.#process.exitCode !== null) this.#process = undefined
      }
    }
    throw new Error(`the server does not start: ${readFileSync(join(this.#folder, 'log'), 'utf8')}`)
  }

  /** Lets the password decide for one role, before the rule that trusts all. */
  async askPassword(role: string): Promise<void> {
    const path = join(this.data, 'pg_hba.conf')
    const rules = readFileSync(path, 'utf8')
    await writeFile(path, `host all ${role} 127.0.0.1/32 scram-sha-256\n${rules}`)
    await this.run('postgres', 'select pg_reload_conf()')
  }

  /** kill -9 of the server: of its first process, upon which the others end by themselves. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.#end('SIGINT')
    process.off('exit', this.#atExit)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    this.#process = undefined
    await endChild(child, signal)
  }

  readonly #atExit = (): void => {
    this.#process?.kill('SIGQUIT')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Runs a program of PostgreSQL as the user of the server, and returns what it writes. */
  runProgram(name: string, args: ReadonlyArray<string>, input = ''): string {
    const { status, stdout, stderr, error } = spawnSync(programOf(name), args, {
      ...this.#user,
      cwd: this.#folder,
      encoding: 'utf8',
      input,
      maxBuffer: 2 ** 30,
    })
    if (status !== 0) throw new Error(`${name}: ${stderr}`, { cause: error })
    return stdout
  }

  /** Starts a hot standby, which streams from this server. */
  async startStandby(): Promise<PostgresServer> {
    const standby = new PostgresServer(await freePort())
    const source = `host=127.0.0.1 port=${this.port} user=owner`
    standby.runProgram('pg_basebackup', [
      ...['-d', source, '-D', standby.data, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'],
    ])
    await appendFile(join(standby.data, 'postgresql.conf'), `port = ${standby.port}\n`)
    await standby.restart()
    return standby
  }

  /** A folder on another disk, in which the server may write. */
  give(folder: string): void {
    if (this.#user !== undefined) chownSync(folder, this.#user.uid, this.#user.gid)
  }

  async #create(initdbOptions: ReadonlyArray<string>): Promise<void> {
    const { status, stderr } = spawnSync(
      join(binaries ?? '', 'initdb'),
      [
        ...['-A', 'trust', '-U', 'owner', '-E', 'UTF8', '--locale=C', '--no-sync', '-D', this.data],
        ...initdbOptions,
      ],
      { ...this.#user, cwd: this.#folder, encoding: 'utf8' },
    )
    if (status !== 0) throw new Error(`initdb: ${stderr}`)
    await appendFile(
      join(this.data, 'postgresql.conf'),
      [
        `port = ${this.port}`,
        `listen_addresses = '127.0.0.1'`,
        `unix_socket_directories = ''`,
        'max_connections = 200',
        '',
      ].join('\n'),
    )
  }

  #spawn(mostKilobytes: number | undefined): ChildProcess {
    // The shell counts by 512 bytes.
    const limit = mostKilobytes === undefined ? '' : `ulimit -f ${mostKilobytes * 2} && `
    const script = `${limit}exec "$0" -D "$1" >>"$2" 2>&1`
    return spawn(
      'sh',
      ['-c', script, join(binaries ?? '', 'postgres'), this.data, join(this.#folder, 'log')],
      { ...this.#user, cwd: this.#folder, stdio: 'ignore' },
    )
  }
}
