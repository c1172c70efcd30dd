// Starts a temporary NATS server with JetStream, which syncs always: that of scripts/nats-servers.sh.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const minorOf = (path) => {
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  const [, major = 0, minor = 0] = /v(\d+)\.(\d+)/.exec(stdout ?? '') ?? []
  return Number(major) * 1000 + Number(minor)
}

const newestBinary = () => {
  const servers = process.env.CLIENTFOLD_NATS_SERVERS ?? ''
  const paths =
    servers === '' ? [] : readdirSync(servers).map((name) => join(servers, name, 'nats-server'))
  const [newest] = [...paths, 'nats-server'].sort((left, right) => minorOf(right) - minorOf(left))
  if (minorOf(newest) < 2012) {
    throw new Error(
      'there is no NATS server 2.12: run scripts/nats-servers.sh FOLDER and set CLIENTFOLD_NATS_SERVERS=FOLDER',
    )
  }
  return newest
}

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

export const startNats = async () => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'clientfold-nats-'))
  const configuration = join(folder, 'server.conf')
  writeFileSync(
    configuration,
    `listen: 127.0.0.1:${port}\njetstream { store_dir: "${join(folder, 'data')}", sync_interval: always }\n`,
  )
  const child = spawn(newestBinary(), ['-c', configuration, '-l', join(folder, 'log')], {
    stdio: 'ignore',
  })
  for (let tries = 0; ; tries++) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await once(socket, 'data').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) break
    if (tries === 200) throw new Error('the NATS server does not start')
    await delay(25)
  }
  return {
    folder,
    url: (stream) => `nats://127.0.0.1:${port}/${stream}?sync=always`,
    stop: async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
