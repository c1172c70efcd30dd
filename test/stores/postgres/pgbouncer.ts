import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { freePort, otherUser, type PostgresServer } from './server.js'

const DEBIAN_PATH = '/usr/sbin/pgbouncer'

const program = ['pgbouncer', DEBIAN_PATH].find(
  (path) => spawnSync(path, ['--version']).status === 0,
)

/** False where PgBouncer is not installed: reported, and an error in continuous integration. */
export const hasPgBouncer = program !== undefined
if (!hasPgBouncer) {
  const message = `NO PGBOUNCER in PATH or ${DEBIAN_PATH}`
  if (process.env.CI === 'true') throw new Error(message)
  console.warn(`\n${message}: ITS TESTS ARE SKIPPED\n`)
}

/** A PgBouncer in transaction mode. */
export interface PgBouncer {
  readonly url: string
  readonly version: string
  readonly stop: () => Promise<void>
}

const settingsOf = (server: PostgresServer, port: number): string => `[databases]
postgres = host=127.0.0.1 port=${server.port} dbname=postgres user=owner
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 15
max_client_conn = 500
`

const isReady = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

/** Starts PgBouncer in front of a server. */
export const startPgBouncer = async (server: PostgresServer): Promise<PgBouncer> => {
  const folder = mkdtempSync(join(tmpdir(), 'clientfold-bouncer-'))
  chmodSync(folder, 0o777)
  const port = await freePort()
  const path = join(folder, 'pgbouncer.ini')
  writeFileSync(path, settingsOf(server, port))
  const child: ChildProcess = spawn(program ?? '', [path], {
    ...otherUser(),
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr?.on('data', (bytes) => (log += String(bytes)))
  const url = `postgres://owner@127.0.0.1:${port}/postgres`
  for (let tries = 0; !(await isReady(url)); tries++) {
    if (tries === 100) throw new Error(`PgBouncer does not start: ${log}`)
    await delay(50)
  }
  const { stdout } = spawnSync(program ?? '', ['--version'], { encoding: 'utf8' })
  return {
    url,
    version: stdout.split('\n')[0] ?? '',
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGINT')
      await Promise.race([ended, delay(2000)])
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
