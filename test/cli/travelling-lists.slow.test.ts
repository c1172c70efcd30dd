import { expect, it } from 'vitest'
import { AUTHORIZATION } from '../http/given.js'
import { folderWith } from './given/folder.js'
import { SECRETS, startServer } from './given/server.js'

const EVENTS = 100_000
const CLIENTS = 30_000
const PATIENCE_MS = 280_000
/**
 * At SIGUSR2 it writes to stderr how long the event loop was delayed since the last time. A busy machine
 * delays a process that does nothing, so it also measures processor time: `turn` is the most that the
 * process used between two turns of the loop.
 */
const MEASURE = `
  import { monitorEventLoopDelay } from 'node:perf_hooks'
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  let [turn, before] = [0, process.cpuUsage()]
  setInterval(() => {
    const { user, system } = process.cpuUsage(before)
    before = process.cpuUsage()
    turn = Math.max(turn, (user + system) / 1000)
  }, 1).unref()
  const milliseconds = (nanoseconds) => Math.round(nanoseconds / 1e5) / 10
  process.on('SIGUSR2', () => {
    const [p99, max] = [delays.percentile(99), delays.max].map(milliseconds)
    process.stderr.write(JSON.stringify({ p99, max, turn }) + '\\n')
    delays.reset()
    turn = 0
  })`

interface Delays {
  readonly p99: number
  readonly max: number
  readonly turn: number
}

it('forty lists of other moments at once do not kill the process, and those that must wait get 429', async () => {
  const folder = await folderWith({ 'measure.mjs': MEASURE })
  const log = ['--events', String(EVENTS), '--clients', String(CLIENTS), '--out', 'log']
  await folder.start(['generate', ...log], {}, PATIENCE_MS).ended
  const { stdout } = await folder.start(['import', 'log'], {}, PATIENCE_MS).ended
  // The log has some events twice.
  expect(stdout).toMatch(/^recorded \d+, duplicates \d+, conflicts 0, erased 0, refused 0\n$/)
  const options = '--max-old-space-size=512 --import=./measure.mjs'
  const env = { ...SECRETS, NODE_OPTIONS: options }
  const { url, child, kill, ended } = await startServer(folder, [], env, PATIENCE_MS)
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const delays = async (): Promise<Delays> => {
    const { length } = stderr
    kill('SIGUSR2')
    await expect.poll(() => stderr.slice(length)).toMatch(/\n$/)
    return JSON.parse(stderr.slice(length)) as Delays
  }
  const ask = (query: string): Promise<Response> =>
    fetch(`${url}/v1/clients?${query}`, { headers: AUTHORIZATION })
  await delays()

  const report = async (name: string, started: number): Promise<void> => {
    const { p99, max, turn } = await delays()
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    console.log(
      `${name}: ${seconds} s; delay of the event loop: p99 ${p99} ms, most ${max} ms; longest turn ${turn} ms of processor time`,
    )
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
  expect(count(200) + count(429)).toBe(40)
  expect(count(200)).toBeGreaterThanOrEqual(5)
  expect(count(429)).toBeGreaterThan(0)
  expect(retry).toBeGreaterThanOrEqual(1)
  await report('forty lists of other moments', started)

  started = performance.now()
  const equal = await Promise.all(Array.from({ length: 40 }, () => ask('as_of=2026-05-02')))
  expect(new Set(equal.map(({ status }) => status))).toEqual(new Set([200]))
  await report('forty lists of one other moment', started)

  kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0 })
}, 300_000)
