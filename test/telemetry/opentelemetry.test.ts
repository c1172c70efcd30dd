import { context, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type DataPoint,
  type Histogram,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { eventText } from '../../src/events/encode-event.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { CorruptRecord, StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { combineTelemetry } from '../../src/telemetry/combine.js'
import { FIGURES } from '../../src/telemetry/figures.js'
import { createOpenTelemetry } from '../../src/telemetry/opentelemetry/index.js'
import { createPrometheusTelemetry } from '../../src/telemetry/prometheus/index.js'
import { aSessionEvent } from '../given.js'
import { aHandler, ask, delivery } from '../http/given.js'
import { newPath } from '../stores/sqlite/given.js'
import { valuesOf } from './given.js'

let spans = new InMemorySpanExporter()
let exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA)
let meters = new MeterProvider()

// The SDK as a service sets it up, for the whole process.
beforeEach(() => {
  spans = new InMemorySpanExporter()
  exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  meters = new MeterProvider({ readers: [reader] })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
  )
  metrics.setGlobalMeterProvider(meters)
})
afterEach(async () => {
  await meters.shutdown()
  trace.disable()
  metrics.disable()
  context.disable()
})

const given = async (store: EventStore = openMemoryStore()) => {
  const telemetry = await createOpenTelemetry()
  const clients = openClients({ store, telemetry })
  return { clients, handler: aHandler(clients) }
}

/** The points of each metric that was collected now, by the name of the metric. */
const collected = async (): Promise<ReadonlyMap<string, ReadonlyArray<DataPoint<unknown>>>> => {
  exporter.reset()
  await meters.forceFlush()
  const scopes = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics)
  for (const { scope } of scopes) expect(scope.name).toBe('clientfold')
  return new Map(
    scopes.flatMap((scope) =>
      scope.metrics.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints as ReadonlyArray<DataPoint<unknown>>,
      ]),
    ),
  )
}

const countsIn = (points: ReadonlyArray<DataPoint<unknown>> = []) =>
  points.map(({ attributes, value }) => ({ ...attributes, count: (value as Histogram).count }))

const named = (name: string): ReadonlyArray<ReadableSpan> =>
  spans.getFinishedSpans().filter((span) => span.name === name)

const BODY = eventText(aSessionEvent())

describe('OpenTelemetry', () => {
  it('a delivery is a span, and what it does at the store is a span within it', async () => {
    const { handler } = await given(await openSqliteStore({ path: await newPath() }))
    const outer = trace.getTracer('test').startSpan('POST')
    await context.with(trace.setSpan(context.active(), outer), () =>
      ask(handler, '/webhooks/clerk', delivery('msg_1', BODY)),
    )
    const [deliver] = named('deliver')
    const [append] = named('append')
    expect(deliver).toMatchObject({
      kind: SpanKind.CONSUMER,
      parentSpanContext: { spanId: outer.spanContext().spanId },
      attributes: {
        'messaging.system': 'clerk',
        'messaging.operation.name': 'deliver',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'webhooks',
        'clientfold.delivery.outcome': 'recorded',
      },
      status: { code: SpanStatusCode.UNSET },
    })
    expect(append).toMatchObject({
      kind: SpanKind.CLIENT,
      parentSpanContext: { spanId: deliver?.spanContext().spanId },
      attributes: { 'db.system.name': 'sqlite', 'db.operation.name': 'append' },
    })
  })

  it('a list is a span with the projection that it waits for', async () => {
    const { clients } = await given(await openSqliteStore({ path: await newPath() }))
    await clients.record(aSessionEvent())
    await clients.get('client_1')
    await clients.list()
    await clients.eraseClient('client_1')
    const [list] = named('list')
    expect(named('project')).toMatchObject([
      { parentSpanContext: { spanId: list?.spanContext().spanId } },
    ])
    expect(named('erase')).toHaveLength(1)
    const names = new Set(spans.getFinishedSpans().map(({ name }) => name))
    expect([...names].sort()).toEqual(['append', 'erase', 'list', 'project', 'read'])
    await clients.close()
  })

  it('durations have the names and the attributes of the semantic conventions', async () => {
    const { handler } = await given()
    await ask(handler, '/webhooks/clerk', delivery('msg_1', BODY))
    await ask(handler, '/webhooks/clerk', delivery('msg_1', BODY))
    await ask(handler, '/v1/clients/client_1')
    await ask(handler, '/any_path', { method: 'BREW' })
    const points = await collected()
    expect(countsIn(points.get('http.server.request.duration'))).toEqual([
      {
        ...{ 'http.request.method': 'POST', 'http.route': '/webhooks/clerk', 'url.scheme': 'http' },
        ...{ 'http.response.status_code': 200, count: 2 },
      },
      {
        ...{ 'http.request.method': 'GET', 'http.route': '/v1/clients/{id}', 'url.scheme': 'http' },
        ...{ 'http.response.status_code': 200, count: 1 },
      },
      {
        ...{ 'http.request.method': '_OTHER', 'url.scheme': 'http' },
        ...{ 'http.response.status_code': 404, count: 1 },
      },
    ])
    expect(countsIn(points.get('messaging.process.duration'))).toMatchObject([
      { 'clientfold.delivery.outcome': 'recorded', 'messaging.system': 'clerk', count: 1 },
      { 'clientfold.delivery.outcome': 'duplicate', 'messaging.system': 'clerk', count: 1 },
    ])
    expect(countsIn(points.get('db.client.operation.duration'))).toMatchObject([
      { 'db.system.name': 'other', 'db.operation.name': 'append', count: 2 },
      { 'db.system.name': 'other', 'db.operation.name': 'read' },
    ])
  })

  it.each([
    { error: new StoreUnavailable('busy', 'client_canary'), reason: 'busy', status: 503 },
    { error: new CorruptRecord('canary'), reason: 'damaged', status: 500 },
    { error: new Error('client_canary'), reason: 'defect', status: 500 },
  ])('a failure is reported by its reason, without its message: $reason', async (failure) => {
    const broken = { readClient: () => Promise.reject(failure.error) }
    const { handler } = await given({ ...openMemoryStore(), ...broken })
    await ask(handler, '/v1/clients/client_canary')
    const [read] = named('read')
    expect(read).toMatchObject({
      attributes: { 'error.type': failure.reason },
      status: { code: SpanStatusCode.ERROR },
      events: [],
    })
    expect(read?.status.message).toBeUndefined()
    const points = await collected()
    expect(countsIn(points.get('http.server.request.duration'))).toMatchObject([
      { 'http.response.status_code': failure.status, 'error.type': failure.reason },
    ])
    expect(countsIn(points.get('db.client.operation.duration'))).toMatchObject([
      { 'error.type': failure.reason },
    ])
    const all = [...points.values()].flat().map(({ attributes }) => attributes)
    const ofSpans = spans.getFinishedSpans().map(({ name, attributes, status }) => {
      return { name, attributes, status }
    })
    expect(JSON.stringify([all, ofSpans])).not.toContain('canary')
  })

  it('figures are gauges, as long as the clients are open', async () => {
    const { clients } = await given()
    const [body, receivedAt] = [Buffer.from('{'), Date.now() - 60_000]
    await clients.quarantine.keep({ id: 'msg_1', receivedAt, reason: 'no JSON', body })
    const points = await collected()
    expect(points.get('clientfold.quarantine.deliveries')?.[0]?.value).toBe(1)
    expect(points.get('clientfold.quarantine.oldest.age')?.[0]?.value).toBeGreaterThanOrEqual(60)
    // Views in memory have no lag.
    const present = Object.keys(FIGURES).filter((name) => name !== 'views.behind')
    for (const name of present) expect(points.get(`clientfold.${name}`), name).toHaveLength(1)
    expect(points.get('clientfold.views.behind') ?? []).toEqual([])
    await clients.close()
    const after = await collected()
    for (const name of present) expect(after.get(`clientfold.${name}`) ?? [], name).toEqual([])
  })

  it('OpenTelemetry and Prometheus receive the same', async () => {
    const prometheus = await createPrometheusTelemetry()
    const telemetry = combineTelemetry(await createOpenTelemetry(), prometheus)
    const clients = openClients({ store: openMemoryStore(), telemetry })
    const handler = aHandler(clients)
    await ask(handler, '/webhooks/clerk', delivery('msg_1', BODY))
    expect(named('deliver')).toHaveLength(1)
    const text = await prometheus.metrics()
    expect(valuesOf(text, 'clientfold_deliveries_total')).toEqual({ recorded: 1 })
    expect(valuesOf(text, 'clientfold_erasures_pending')).toEqual({ '': 0 })
    expect((await collected()).get('clientfold.erasures.pending')?.[0]?.value).toBe(0)
    await clients.close()
  })
})
