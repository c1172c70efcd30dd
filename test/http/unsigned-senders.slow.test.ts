import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent } from '../given.js'
import { delivery, SIGNING_SECRET } from './given.js'

const SENDERS = 1500
const BODY_BYTES = 262_144
const MEBIBYTE = 1024 * 1024

/** All but the last byte of a body: its sender never ends. */
const MOST_OF_A_BODY = Buffer.alloc(BODY_BYTES - 1, 32)

const moduleAt = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href

/** A server of its own process, so that its memory is only its own. */
const SERVER = `
  import { openClients, openMemoryStore } from '${moduleAt('index.js')}'
  import { createHandler } from '${moduleAt('http/handler.js')}'
  import { startServer } from '${moduleAt('http/server.js')}'
  const clients = openClients({ store: openMemoryStore() })
  const handler = createHandler({ clients, signingSecrets: '${SIGNING_SECRET}' })
  const { url } = await startServer(handler, { port: 0, host: '127.0.0.1' })
  console.log(url)`

const started: ChildProcess[] = []
afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

const startServer = async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', SERVER], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const memory = async (key: 'VmRSS' | 'VmHWM'): Promise<number> => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
    return Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024
  }
  return { url: new URL(line.toString().trim()), memory }
}

/** Sends a head and nearly all of a body, and leaves the connection open; gives the status, or 0 if it was cut. */
const sendMost = (url: URL, headers: ReadonlyArray<string>): Promise<number> =>
  new Promise((resolve) => {
    const socket = connect(Number(url.port), url.hostname)
    let answer = ''
    socket.on('connect', () => {
      socket.write(
        ['POST /webhooks/clerk HTTP/1.1', `host: ${url.host}`, ...headers, '', ''].join('\r\n'),
      )
      socket.write(MOST_OF_A_BODY)
    })
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0))
    })
  })

const forgedHeaders = (n: number): ReadonlyArray<string> => [
  `svix-id: msg_${n}`,
  `svix-timestamp: ${Math.floor(Date.now() / 1000)}`,
  `svix-signature: v1,${Buffer.alloc(32, n).toString('base64')}`,
]

it.each([
  { name: 'without headers', headersOf: () => [], mostMebibytes: 120, expected: [0, 400] },
  // Their headers look like those of deliveries, so that their bodies are read, up to 64 MiB together.
  {
    name: 'with forged headers',
    headersOf: forgedHeaders,
    mostMebibytes: 250,
    expected: [0, 408, 503],
  },
])(
  '1,500 senders $name of 256 KiB each cost bounded memory, and a genuine delivery is recorded afterwards',
  { timeout: 120_000 },
  async ({ name, headersOf, mostMebibytes, expected }) => {
    const { url, memory } = await startServer()
    const before = await memory('VmRSS')
    const statuses = await Promise.all(
      Array.from({ length: SENDERS }, (_, n) =>
        sendMost(url, [`content-length: ${BODY_BYTES}`, ...headersOf(n)]),
      ),
    )
    const growth = ((await memory('VmHWM')) - before) / MEBIBYTE
    const counts: Record<number, number> = {}
    for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
    console.log(
      `${SENDERS} senders ${name}: ${(before / MEBIBYTE).toFixed(0)} MiB before, at most ${growth.toFixed(0)} MiB more; answers ${JSON.stringify(counts)}`,
    )
    for (const status of Object.keys(counts)) expect(expected).toContain(Number(status))
    expect(growth).toBeLessThan(mostMebibytes)
    const init = delivery('msg_genuine', eventText(aSessionEvent()), { at: Date.now() })
    expect((await fetch(new URL('/webhooks/clerk', url), init)).status).toBe(200)
  },
)
