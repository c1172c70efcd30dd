// What telemetry costs: processor time of one `record` of one event in memory, and of one GET of a client through the
// handler, without telemetry, with Prometheus, and with OpenTelemetry without an SDK. Processor time depends little on
// what else the machine does. The rounds alternate.
import { decodeEvent, openClients, openMemoryStore } from '../dist/index.js'
import { createHandler } from '../dist/http/index.js'
import { createOpenTelemetry } from '../dist/telemetry/opentelemetry/index.js'
import { createPrometheusTelemetry } from '../dist/telemetry/prometheus/index.js'
import { describeMachine, median } from './measure.mjs'

const CALLS = Number(process.env.CLIENTFOLD_BENCH_CALLS ?? 4000)
const ROUNDS = Number(process.env.CLIENTFOLD_BENCH_ROUNDS ?? 9)
const KEY = 'sk_bench'
const T0 = Date.UTC(2026, 4, 28, 8)

const eventOf = (n) => {
  const decoded = decodeEvent({
    type: 'session.created',
    timestamp: T0,
    id: `msg_${n}`,
    data: {
      object: 'session',
      id: `sess_${n}`,
      user_id: 'user_1',
      client_id: `client_${n % 500}`,
      status: 'active',
      last_active_at: T0,
      expire_at: T0 + 1e9,
      abandon_at: T0 + 2e9,
      updated_at: T0 + n,
      created_at: T0,
    },
  })
  return decoded.right
}
const events = Array.from({ length: CALLS }, (_, n) => eventOf(n))

/** Microseconds of processor time for each call. */
const costOf = async (call) => {
  const before = process.cpuUsage()
  for (let n = 0; n < CALLS; n++) await call(n)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / CALLS
}

const RECEIVERS = {
  'no telemetry': () => Promise.resolve(undefined),
  Prometheus: createPrometheusTelemetry,
  'OpenTelemetry without an SDK': createOpenTelemetry,
}
const costs = Object.fromEntries(
  Object.keys(RECEIVERS).map((name) => [name, { record: [], get: [] }]),
)
const headers = { authorization: `Bearer ${KEY}` }
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, create] of Object.entries(RECEIVERS)) {
    const clients = openClients({ store: openMemoryStore(), telemetry: await create() })
    const { fetch } = createHandler({ clients, secretKey: KEY })
    costs[name].record.push(await costOf((n) => clients.record(events[n])))
    const url = (n) => `http://localhost/v1/clients/client_${n % 500}`
    costs[name].get.push(
      await costOf(async (n) => (await fetch(new globalThis.Request(url(n), { headers }))).text()),
    )
    await clients.close()
  }
}

console.log(describeMachine())
for (const [name, { record, get }] of Object.entries(costs)) {
  const [one, other] = [median(record), median(get)].map((cost) => cost.toFixed(1).padStart(7))
  console.log(`${name.padEnd(30)} record ${one} µs   GET of a client ${other} µs`)
}
