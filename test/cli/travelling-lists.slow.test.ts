import { expect, it } from 'vitest'
import { AUTHORIZATION } from '../http/given.js'
import { folderWith } from './given/folder.js'
import { SECRETS, startServer } from './given/server.js'

const EVENTS = 100_000
const CLIENTS = 30_000
const LONGEST_DELAY_MS = 50

/** Writes the delays of the event loop to stderr whenever the process gets SIGUSR2, and starts again. */
const MEASURE = `
  import { monitorEventLoopDelay } from 'node:perf_hooks'
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  const milliseconds = (nanoseconds) => Math.round(nanoseconds / 1e5) / 10
  process.on('SIGUSR2', () => {
    const p99 = milliseconds(delays.percentile(99))
    process.stderr.write(JSON.stringify({ p99, max: milliseconds(delays.max) }) + '\\n')
    delays.reset()
  })`

it('forty lists of other moments at once neither kill the process nor keep the event loop', async () => {
  const folder = await folderWith({ 'measure.mjs': MEASURE })
  const log = ['--events', String(EVENTS), '--clients', String(CLIENTS), '--out', 'log']
  await folder.run(['generate', ...log])
  await folder.run(['import', 'log'])
  const options = '--max-old-space-size=512 --import=./measure.mjs'
  const env = { ...SECRETS, NODE_OPTIONS: options }
  const { url, child, kill, ended } = await startServer(folder, [], env, 280_000)
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const delays = async (): Promise<{ readonly p99: number; readonly max: number }> => {
    const { length } = stderr
    kill('SIGUSR2')
    await expect.poll(() => stderr.slice(length)).toMatch(/\n$/)
    return JSON.parse(stderr.slice(length)) as { readonly p99: number; readonly max: number }
  }
  const ask = (query: string): Promise<Response> =>
    fetch(`${url}/v1/clients?${query}`, { headers: AUTHORIZATION })
  await delays()

  const report = async (name: string, started: number): Promise<void> => {
    const { p99, max } = await delays()
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(`${name}: ${seconds} s; delay of the event loop: p99 ${p99} ms, most ${max} ms`)
    expect(max).toBeLessThan(LONGEST_DELAY_MS)
  }

  let started = performance.now()
  expect((await ask('paginated=true')).status).toBe(200)
  await report(`the first list of ${EVENTS} events`, started)

  started = performance.now()
  expect((await ask('as_of=2026-05-01')).status).toBe(200)
  await report('one list of another moment', started)

  started = performance.now()
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => ask(`as_of=${Date.UTC(2026, 4, 1) + index}`)),
  )
  const statuses = answers.map(({ status }) => status)
  const count = (status: number) => statuses.filter((each) => each === status).length
  const retry = Number(answers.find(({ status }) => status === 429)?.headers.get('retry-after'))
  console.log(`forty moments: ${count(200)} answered, ${count(429)} told to wait ${retry} s`)
  expect([count(200), count(429)]).toEqual([5, 35])
  expect(retry).toBeGreaterThanOrEqual(1)
  await report('forty lists of other moments', started)

  started = performance.now()
  const equal = await Promise.all(Array.from({ length: 40 }, () => ask('as_of=2026-05-02')))
  expect(new Set(equal.map(({ status }) => status))).toEqual(new Set([200]))
  await report('forty lists of one other moment', started)

  kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0 })
}, 300_000)
