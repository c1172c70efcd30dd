// The events that the benches of the stores append, and how they time and compare contenders.
import { createHash } from 'node:crypto'

const START = 1_779_955_200_000
const DAY = 86_400_000

/** The n-th event of a client, about 450 B of text, with a delivery id. */
export const eventOf = (clientId, n) => ({
  object: 'event',
  id: `msg_${clientId}_${n}`,
  type: 'session.created',
  timestamp: START + n,
  data: {
    object: 'session',
    id: `sess_2xZrQm4kTnA9${clientId}_${n % 50}`,
    user_id: `user_2xZrQm4kTnA9bW${clientId}`,
    client_id: clientId,
    actor: null,
    status: 'active',
    last_active_organization_id: null,
    last_active_at: START + n,
    expire_at: START + 7 * DAY,
    abandon_at: START + 30 * DAY,
    updated_at: START + n,
    created_at: START,
  },
})

export const batchOf = (clientId, first, count) =>
  Array.from({ length: count }, (_, index) => eventOf(clientId, first + index))

/** The rows that the raw driver writes for an event: those of the store, without any check. */
export const rowOf = (event) => ({
  clientKey: event.data.client_id,
  eventKey: event.id ?? createHash('sha256').update(JSON.stringify(event)).digest('hex'),
  sessionKey: event.data.id,
  userKey: event.data.user_id,
  text: JSON.stringify(event),
})

/** The record that the raw driver makes of a row: that of the store, without any check. */
export const parsedRow = ({ position, revision, recorded_at, text }) => ({
  event: Object.assign(JSON.parse(text), { recorded_at: Number(recorded_at) }),
  revision: Number(revision),
  position: String(position),
})

export const secondsOf = async (work) => {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** Makes `count` calls, one after the other, and returns the microseconds that each took. */
export const latenciesOf = async (count, call) => {
  const latencies = []
  for (let n = 0; n < count; n++) {
    const started = performance.now()
    await call(n)
    latencies.push((performance.now() - started) * 1000)
  }
  return latencies
}

export const quantile = (numbers, part) => {
  const sorted = [...numbers].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
}

/** Calls `work(n)` for each n below `count`, `concurrency` calls at a time. */
export const atOnce = async (concurrency, count, work) => {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

/** Rounds that are not counted: in them V8 compiles the code, as it does early in the life of a service. */
const WARM_UPS = 2
const ROUNDS = 9

/**
 * Runs the contenders in turn, so that a slow minute of the machine affects all of them alike. Each one
 * runs twice in a round and the second run counts, so that none pays for the garbage and the server load
 * that another left behind. Prints medians and their ratios to the first contender's.
 */
export const compare = async (title, contenders, unit = '/s') => {
  const results = new Map(contenders.map(({ name }) => [name, []]))
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    for (const { name, measure } of contenders) {
      await measure()
      const result = await measure()
      if (round >= 0) results.get(name).push(result)
    }
  }
  const [first] = contenders
  const base = quantile(results.get(first.name), 0.5)
  const rows = contenders.map(({ name }) => {
    const value = quantile(results.get(name), 0.5)
    const ratio = unit === '/s' ? value / base : base / value
    return [
      name,
      {
        [unit]: value < 100 ? value.toFixed(1) : Math.round(value),
        [`of ${first.name}`]: `${ratio.toFixed(2)}×`,
      },
    ]
  })
  console.log(`\n${title}`)
  console.table(Object.fromEntries(rows))
}

/** Measures loading a client with ten events. The store decodes each event; the bare driver parses it. */
export const compareLoads = async (engine, raw, store, { clients, loads }) => {
  for (let n = 0; n < clients; n++) {
    await raw.append(batchOf(`ten${n}`, 0, 10), 1)
    await store.append(`ten${n}`, batchOf(`ten${n}`, 0, 10), 0)
  }
  const p50Of = (load) => async () =>
    quantile(await latenciesOf(loads, (n) => load(`ten${n % clients}`)), 0.5)
  await compare(
    `${engine}: load of a client with 10 events, p50 (raw: the same rows, parsed; clientfold: decoded)`,
    [
      { name: 'raw driver', measure: p50Of(raw.load) },
      { name: 'clientfold', measure: p50Of(store.readClient) },
    ],
    'µs',
  )
}
