import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import type { Figures } from '../../src/telemetry/figures.js'
import { createPrometheusTelemetry } from '../../src/telemetry/prometheus/index.js'
import type { Telemetry } from '../../src/telemetry/telemetry.js'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent, T0 } from '../given.js'
import { aHandler, ask, AUTHORIZATION, delivery, NOW, SECRET_KEY } from '../http/given.js'
import { samplesIn } from './given.js'

/** No report may contain it. Signs that end a label, a line or an attribute are beside it. */
const CANARY = 'canary'
const HOSTILE = [
  CANARY,
  `${CANARY}"} 1\nclientfold_deliveries_total{outcome="forged"} 9`,
  `${CANARY}\\`,
  `<img src=x onerror=${CANARY}>`,
  `\u202e${CANARY}\u0000`,
  CANARY.repeat(300),
]

/** Keeps everything that a receiver gets. */
const createWitness = () => {
  const received: unknown[] = []
  const observe = async <A>(
    about: unknown,
    work: () => Promise<A>,
    end: (answer: A) => unknown,
  ) => {
    received.push(about)
    const answer = await work()
    received.push(end(answer))
    return answer
  }
  const telemetry: Telemetry = {
    storeOperation: (about, work) => observe(about, work, () => undefined),
    delivery: (work, wordOf) => observe(undefined, work, wordOf),
    request: observe,
    openFigures: (sources) => {
      const read = async (): Promise<ReadonlyArray<Figures>> =>
        Promise.all(Object.values(sources).map((source) => source()))
      figures.push(read)
      return () => undefined
    },
  }
  const figures: Array<() => Promise<ReadonlyArray<Figures>>> = []
  return { telemetry, received, figures }
}

const use = async (telemetry: Telemetry): Promise<void> => {
  const clients = openClients({ store: openMemoryStore(), telemetry, now: () => NOW })
  const handler = aHandler(clients, { onUserDeleted: 'erase', holdbackMilliseconds: 1000 })
  for (const [n, id] of HOSTILE.entries()) {
    const event = aSessionEvent({ id: `s${id}`, client_id: id, user_id: `u${id}` })
    const messageId = `msg_${CANARY}_${n}`
    await ask(handler, '/webhooks/clerk', delivery(messageId, eventText(event)))
    const other = eventText(aSessionEvent({ id: `x${id}`, client_id: id, created_at: T0 + 1 }))
    await ask(handler, '/webhooks/clerk', delivery(messageId, other))
    const deletion = JSON.stringify({ type: 'user.deleted', data: { id: `u${id}` } })
    await ask(handler, '/webhooks/clerk', delivery(`${messageId}_deleted`, deletion))
    const broken = delivery(`${messageId}_broken`, `{"${CANARY}`)
    await ask(handler, '/webhooks/clerk', broken)
    const path = encodeURIComponent(id)
    for (const url of [
      ...[`/v1/clients/${path}`, `/v1/sessions/${path}`, `/v1/users/${path}/devices`],
      ...[`/v1/sessions?user_id=${path}`, `/v1/clients?${path}=1`, `/${path}`, `/v1/${path}`],
    ]) {
      await ask(handler, url, { headers: AUTHORIZATION })
      await ask(handler, url, { headers: { authorization: `Bearer ${CANARY}` } })
      await ask(handler, url, { method: 'CANARY', headers: AUTHORIZATION })
    }
    await clients.eraseClient(id)
  }
  await clients.quarantine.keep({
    ...{ id: `${CANARY}_kept`, receivedAt: T0, reason: CANARY },
    body: Buffer.from(CANARY),
  })
}

describe('hostile ids', () => {
  it('no id, payload, path, method or secret reaches a receiver', async () => {
    const { telemetry, received, figures } = createWitness()
    await use(telemetry)
    expect(received.length).toBeGreaterThan(100)
    for (const read of figures) received.push(await read())
    expect(JSON.stringify(received).toLowerCase()).not.toContain(CANARY)
    expect(JSON.stringify(received)).not.toContain(SECRET_KEY)
  })

  it('a scrape has no label that is not one of a fixed set', async () => {
    const telemetry = await createPrometheusTelemetry()
    await use(telemetry)
    const text = await telemetry.metrics()
    expect(text.toLowerCase()).not.toContain(CANARY)
    const labels = new Map<string, Set<string>>()
    for (const sample of samplesIn(text)) {
      for (const [name, value] of Object.entries(sample.labels)) {
        labels.set(name, (labels.get(name) ?? new Set()).add(value))
      }
    }
    const { le: _, ...others } = Object.fromEntries(labels)
    expect(Object.keys(others).sort()).toEqual(
      ['method', 'operation', 'outcome', 'reason', 'route', 'status'].sort(),
    )
    expect([...(others.method ?? [])].sort()).toEqual(['GET', 'OTHER', 'POST'])
    expect([...(others.route ?? [])].sort()).toEqual([
      '/v1/*',
      '/v1/clients',
      '/v1/clients/{id}',
      '/v1/sessions',
      '/v1/sessions/{id}',
      '/v1/users/{id}/devices',
      '/webhooks/clerk',
      'unmatched',
    ])
  })
})
