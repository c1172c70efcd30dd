// The page of the inspector: how long a browser needs from the begin of the script to the drawn timeline of a client with
// 1,000 sessions and 10,000 events, and how long it needs for another moment. It fails above half a second.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { readPageFiles } from '../dist/inspect/page-files.js'
import { filePage } from '../dist/inspect/page-html.js'
import { describeMachine, median } from './measure.mjs'

const SESSIONS = 1000
const EVENTS = 10
const ROUNDS = 7
const MOST_MS = 500
const START = Date.UTC(2026, 4, 28, 8)
const HOUR = 3_600_000

const eventOf = (n, k) => {
  const created_at = START + n * HOUR
  const updated_at = created_at + k * HOUR
  const status = k === EVENTS - 1 ? 'ended' : k % 2 === 0 ? 'active' : 'pending'
  return {
    ...{
      object: 'event',
      type: 'session.created',
      id: `msg_${n}_${k}`,
      timestamp: updated_at + 40,
    },
    recorded_at: updated_at + (k === 3 ? 5 * HOUR : 400),
    data: {
      ...{ object: 'session', id: `sess_2xZrQm4kTnA9bWcDeFgHi${n}`, user_id: `user_${n % 40}` },
      ...{ client_id: 'client_1', actor: null, status, last_active_at: updated_at },
      ...{ expire_at: created_at + 168 * HOUR, abandon_at: created_at + 720 * HOUR },
      ...{ updated_at, created_at },
    },
  }
}

const events = Array.from({ length: SESSIONS * EVENTS }, (_, index) =>
  eventOf(Math.floor(index / EVENTS), index % EVENTS),
)
const folder = mkdtempSync(join(tmpdir(), 'clientfold-bench-inspector-'))
const executablePath = process.env.CLIENTFOLD_CHROMIUM ?? '/usr/bin/chromium'
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
try {
  const path = join(folder, 'page.html')
  const inspection = {
    ...{ id: 'client_1', foundAs: 'client', clients: [{ id: 'client_1', events }] },
    ...{ devices: [], now: START + (SESSIONS + 20) * HOUR },
  }
  writeFileSync(path, filePage(inspection, await readPageFiles()))
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  const twoFrames = `await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`
  await page.addInitScript(`globalThis.drawn = (async () => {
    while (!document.querySelector('.lane-label')) ${twoFrames}
    ${twoFrames}
    return performance.now() - performance.getEntriesByName('begin')[0].startTime
  })()`)
  const [first, next] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    await page.goto(`${pathToFileURL(path).href}?${round}`)
    first.push(await page.evaluate('drawn'))
    next.push(
      await page.evaluate(`(async () => {
        const begin = performance.now()
        location.hash = 'known_at=${START + 500 * HOUR + round}'
        await new Promise((done) => addEventListener('hashchange', done, { once: true }))
        ${twoFrames}
        return performance.now() - begin
      })()`),
    )
  }
  console.log(describeMachine())
  console.log(`${SESSIONS} sessions, ${events.length} events, median of ${ROUNDS}:`)
  console.log(
    `  drawn ${Math.round(median(first))} ms after the script began, with the reading of the data`,
  )
  console.log(`  drawn ${Math.round(median(next))} ms after a clock was set`)
  if (median(first) > MOST_MS || median(next) > MOST_MS) process.exitCode = 1
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}
