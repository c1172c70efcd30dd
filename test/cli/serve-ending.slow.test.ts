import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent } from '../given.js'
import { AUTHORIZATION, delivery } from '../http/given.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { folderWith, linesOf } from './given/folder.js'
import { SECRETS, startServer } from './given/server.js'

const LONGEST_ENDING_MS = 11_000

/** Sends requests on a few connections, one after the other on each. */
const sendMany = async (url: string, count: number): Promise<void> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const send = async (): Promise<void> => {
    const sent = request(`${url}/v1/clients/client_1`, { agent, headers: AUTHORIZATION }).end()
    const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream]
    await once(response.resume(), 'end')
  }
  let left = count
  const connection = async (): Promise<void> => {
    while (left-- > 0) await send()
  }
  await Promise.all(Array.from({ length: 8 }, connection))
  agent.destroy()
}

it('a reader of the log that stands still costs bounded memory, and the server still ends', async () => {
  const { url, child, kill, ended } = await startServer(await folderWith(), [], SECRETS, 90_000)
  const { stdout } = child
  let text = ''
  stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  stdout?.pause()
  await sendMany(url, 14_000)
  stdout?.resume()
  await expect.poll(() => text, { timeout: 10_000 }).toContain('lines-dropped')
  stdout?.pause()
  await sendMany(url, 3000)
  const started = performance.now()
  kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(0)
  expect(performance.now() - started).toBeLessThan(3000)
  stdout?.resume()
  const lines = linesOf((await ended).stdout).flatMap((line) => {
    // The last line may be cut where the process ended.
    return line.endsWith('}') ? [JSON.parse(line) as { outcome: string; lines?: number }] : []
  })
  const [drops] = lines.filter(({ outcome }) => outcome === 'lines-dropped')
  console.log(`14,000 requests while the log stood still: ${drops?.lines} lines dropped`)
  expect(drops?.lines).toBeGreaterThan(1000)
}, 90_000)

describeWithPostgres('a store that does not answer', (server) => {
  it('SIGTERM ends the server within its patience while the store does not answer', async () => {
    const database = await server().newDatabase()
    const folder = await folderWith()
    const store = ['--store', server().url(database)]
    const { url, kill, ended } = await startServer(folder, store, SECRETS, 60_000)
    const other = await server().connect(database)
    await other.query('begin; lock table clientfold.events in access exclusive mode')
    const body = eventText(aSessionEvent())
    const asked = Array.from({ length: 5 }, (_, index) =>
      fetch(`${url}/webhooks/clerk`, delivery(`msg_${index}`, body, { at: Date.now() })).then(
        ({ status }) => status,
        () => 'cut',
      ),
    )
    expect((await fetch(`${url}/healthz`)).status).toBe(503)
    const started = performance.now()
    kill('SIGTERM')
    const { code } = await ended
    const milliseconds = performance.now() - started
    console.log(`ended ${Math.round(milliseconds)} ms after the signal, with ${code}`)
    expect(milliseconds).toBeLessThan(LONGEST_ENDING_MS)
    for (const status of await Promise.all(asked)) expect(['cut', 503]).toContain(status)
    await other.end()
  }, 60_000)
})
