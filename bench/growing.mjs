// How much smaller a compaction and a forgetting make a store, and how long they take.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEvent } from '../dist/index.js'
import { openSqliteStore } from '../dist/stores/sqlite/index.js'
import { generateLog } from '../dist/testing/log/generate-log.js'
import { describeMachine } from './measure.mjs'

const EVENTS = Number(process.argv[2] ?? 1_000_000)
const CLIENTS = EVENTS / 10

/** Generated logs begin on 1 January 2026 and cover ninety days. */
const BEGIN = 1_767_225_600_000
const DAY = 86_400_000

/** Events with the moments at which they were said as those at which they were recorded. */
function* events() {
  for (const line of generateLog({ events: EVENTS, clients: CLIENTS, seed: 1, shape: 'slim' })) {
    const event = parseEvent(line).right
    yield { ...event, recorded_at: event.timestamp }
  }
}

const fill = async (store) => {
  let batch = []
  for (const event of events()) {
    batch.push(event)
    if (batch.length < 2000) continue
    await store.record(batch)
    batch = []
  }
  await store.record(batch)
}

const count = async (store) => {
  let events = 0
  for await (const { revision } of store.readAll()) if (revision > 0) events += 1
  return events
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`

const folder = mkdtempSync(join(tmpdir(), 'clientfold-growing-'))
const path = join(folder, 'clients.db')
try {
  console.log(describeMachine())
  const store = await openSqliteStore(path)
  const step = async (name, work) => {
    const started = performance.now()
    const result = await work()
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const done = result === undefined ? '' : ` ${JSON.stringify(result)}`
    console.log(`${name}: ${seconds} s${done}`)
  }
  const size = async () => {
    const clients = (await store.clientIds()).length
    console.log(
      `  ${await count(store)} events of ${clients} clients, ${megabytes(statSync(path).size)}`,
    )
  }
  await step('fill', () => fill(store))
  await store.scrub()
  await size()
  await step('compact before the last day', () => store.compact(BEGIN + 89 * DAY))
  await step('scrub', () => store.scrub())
  await size()
  await step('forget what was over 30 days before', () => store.forget(BEGIN + 60 * DAY))
  await step('scrub', () => store.scrub())
  await size()
  await store.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
