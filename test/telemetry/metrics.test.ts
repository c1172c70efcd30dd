import { Registry, Counter } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { eventText } from '../../src/events/encode-event.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { CorruptRecord, StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { createPrometheusTelemetry } from '../../src/telemetry/prometheus/index.js'
import { aSessionEvent } from '../given.js'
import { aHandler, ask, AUTHORIZATION, delivery, NOW } from '../http/given.js'
import { metricNamesIn, valuesOf } from './given.js'

const METRICS_KEY = 'scraper_key'
const SCRAPER = { headers: { authorization: `Bearer ${METRICS_KEY}` } }

const given = async (broken: Partial<EventStore> = {}) => {
  const telemetry = await createPrometheusTelemetry()
  const clients = openClients({ store: { ...openMemoryStore(), ...broken }, telemetry })
  const metrics = { source: telemetry, secretKey: METRICS_KEY }
  const handler = aHandler(clients, { metrics })
  return { clients, handler, telemetry }
}

const failing = (error: Error): Partial<EventStore> => ({
  record: () => Promise.reject(error),
  readClient: () => Promise.reject(error),
})

describe('GET /metrics', () => {
  it('answers those who send its key, and refuses all others', async () => {
    const { handler } = await given()
    const { status, headers, text } = await ask(handler, '/metrics', SCRAPER)
    expect([status, headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(metricNamesIn(text).length).toBeGreaterThan(10)
    for (const other of [{ headers: AUTHORIZATION }, {}]) {
      expect((await ask(handler, '/metrics', other)).status).toBe(401)
    }
    // Its key opens nothing else.
    expect((await ask(handler, '/v1/clients', SCRAPER)).status).toBe(401)
  })

  it('does not exist unless it is switched on', async () => {
    const { clients } = await given()
    expect((await ask(aHandler(clients), '/metrics', SCRAPER)).status).toBe(404)
  })

  it('refuses a key that no header can hold', async () => {
    const { clients, telemetry } = await given()
    const metrics = { source: telemetry, secretKey: '' }
    expect(() => aHandler(clients, { metrics })).toThrow(TypeError)
  })

  it('counts requests by route, method and status, and failures by reason', async () => {
    const { handler, telemetry } = await given()
    await ask(handler, '/v1/clients/client_1')
    await ask(handler, '/v1/clients/client_2')
    await ask(handler, '/v1/clients', {})
    await ask(handler, '/v1/users', { method: 'POST', ...{ headers: AUTHORIZATION } })
    await ask(handler, '/any_path_at_all', { method: 'PUT' })
    const text = await telemetry.metrics()
    expect(valuesOf(text, 'clientfold_http_requests_total')).toEqual({
      '/v1/clients/{id} GET 404': 2,
      '/v1/clients GET 401': 1,
      '/v1/* POST 501': 1,
      'unmatched PUT 404': 1,
    })
    expect(valuesOf(text, 'clientfold_http_failures_total')).toEqual({ 'not-implemented': 1 })
    expect(valuesOf(text, 'clientfold_http_request_duration_seconds_count')).toEqual({
      '/v1/clients/{id}': 2,
      '/v1/clients': 1,
      '/v1/*': 1,
      unmatched: 1,
    })
  })

  it.each([
    { error: new StoreUnavailable('unreachable', 'canary'), reason: 'unreachable', status: 503 },
    { error: new StoreUnavailable('storage', 'canary'), reason: 'storage', status: 503 },
    { error: new CorruptRecord('canary'), reason: 'damaged', status: 500 },
    { error: new TypeError('canary'), reason: 'defect', status: 500 },
  ])('a store that is broken is counted by its reason: $reason', async ({ error, ...expected }) => {
    const { handler, telemetry } = await given(failing(error))
    const { reason } = expected
    const { status } = await ask(handler, '/v1/clients/client_1')
    expect(status).toBe(expected.status)
    await ask(handler, '/webhooks/clerk', delivery('msg_1', eventText(aSessionEvent())))
    const text = await telemetry.metrics()
    const failures = valuesOf(text, 'clientfold_store_operation_failures_total')
    expect(failures).toEqual({ [`append ${reason}`]: 1, [`read ${reason}`]: 1 })
    expect(valuesOf(text, 'clientfold_http_failures_total')[reason]).toBeGreaterThanOrEqual(1)
    expect(text).not.toContain('canary')
  })

  it('times appends, reads, lists, projections and erasures', async () => {
    const { clients, telemetry } = await given()
    await clients.record([aSessionEvent()])
    await clients.execute('client_1', {
      ...{ type: 'EndSession', at: NOW, clientId: 'client_1', sessionId: 'sess_1' },
    })
    await clients.get('client_1')
    await clients.list()
    await clients.eraseUser('user_1')
    const text = await telemetry.metrics()
    const counts = valuesOf(text, 'clientfold_store_operation_duration_seconds_count')
    expect(counts).toMatchObject({ append: 2, list: 1, project: 1, erase: 1 })
    expect(counts.read).toBeGreaterThanOrEqual(1)
    expect(Object.keys(counts)).toHaveLength(5)
    await clients.close()
  })
})

it('the metrics go into a registry that a service has already', async () => {
  const registry = new Registry()
  const orders = new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] })
  orders.inc(3)
  const telemetry = await createPrometheusTelemetry({ registry })
  const text = await registry.metrics()
  expect(text).toContain('orders_total 3')
  expect(metricNamesIn(text)).toContain('clientfold_deliveries_total')
  expect(await telemetry.metrics()).toBe(text)
})
