import { Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { startRequestLog } from '../../src/cli/request-log.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'

const ENTRY = {
  time: '2026-05-28T08:00:00.000Z',
  method: 'GET',
  route: '/healthz',
  status: 200,
  outcome: 'ok',
  milliseconds: 1,
}

/** A stream whose reader stands still until `read` is called. */
const givenStream = () => {
  let text = ''
  let isReading = false
  let resume: () => void = () => undefined
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      text += chunk.toString()
      if (isReading) done()
      else resume = done
    },
  })
  const read = (): void => {
    isReading = true
    resume()
  }
  const lines = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { stream, read, lines }
}

it('a log whose reader stands still takes a bounded amount of memory, and counts what it dropped', async () => {
  const { stream, read, lines } = givenStream()
  const log = startRequestLog(stream, 'sqlite')
  for (let count = 0; count < 50_000; count++) log.write(ENTRY)
  expect(stream.writableLength).toBeLessThan(1024 * 1024 + 1000)
  expect(await log.end(10)).toBe(false)
  read()
  await expect.poll(() => stream.writableLength).toBe(0)
  log.write(ENTRY)
  const written = lines()
  const drops = written.filter(({ outcome }) => outcome === 'lines-dropped')
  expect(drops).toHaveLength(1)
  expect(written.length - 1 + Number(drops[0]?.lines)).toBe(50_001)
  expect(await log.end(10)).toBe(true)
})

it('a line about a failure names the kind of the store', () => {
  const { stream, read, lines } = givenStream()
  read()
  const log = startRequestLog(stream, 'postgres')
  log.write({ ...ENTRY, status: 503, error: 'StoreUnavailable', reason: 'busy' })
  log.write(ENTRY)
  expect(lines()).toMatchObject([{ reason: 'busy', store: 'postgres' }, ENTRY])
  expect(Object.keys(lines()[1] ?? {})).not.toContain('store')
})

it('lines about erasures say how many users or why not, and no id or message', () => {
  const { stream, read, lines } = givenStream()
  read()
  const log = startRequestLog(stream, 'postgres')
  log.writeErasures({ users: 2 })
  log.writeErasures({ failure: new StoreUnavailable('denied', 'about user_canary') })
  log.writeErasures({ failure: new TypeError('about user_canary') })
  expect(lines()).toMatchObject([
    { outcome: 'users-erased', users: 2 },
    { outcome: 'erasure-failed', error: 'StoreUnavailable', reason: 'denied', store: 'postgres' },
    { outcome: 'erasure-failed', error: 'TypeError', store: 'postgres' },
  ])
  expect(JSON.stringify(lines())).not.toContain('canary')
})
