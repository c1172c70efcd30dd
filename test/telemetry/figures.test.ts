import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { createFigureReader } from '../../src/telemetry/figure-reader.js'
import type { FigureSources } from '../../src/telemetry/figures.js'
import { createPrometheusTelemetry } from '../../src/telemetry/prometheus/index.js'
import { aSessionEvent, MINUTE, T0 } from '../given.js'
import { newPath } from '../stores/sqlite/given.js'
import { figuresIn, valuesOf } from './given.js'

const none = () => Promise.resolve({})
const sources = (differences: Partial<FigureSources> = {}): FigureSources => ({
  ...{ quarantine: none, erasures: none, transactions: none, views: none, changes: none },
  ...differences,
})

describe('reading figures', () => {
  it('a figure that cannot be read in time is absent and counted, and the others come', async () => {
    const failures: string[] = []
    const reader = createFigureReader((source) => failures.push(source), 200)
    let calls = 0
    let answer: (() => void) | undefined
    reader.open(
      sources({
        views: () => {
          calls += 1
          return new Promise((resolve) => {
            answer = () => {
              resolve({ 'views.behind': 7 })
            }
          })
        },
        quarantine: () => Promise.reject(new Error('broken')),
        erasures: () => Promise.resolve({ 'erasures.pending': 3 }),
      }),
    )
    expect(await reader.read()).toEqual({ 'erasures.pending': 3 })
    expect(failures.sort()).toEqual(['quarantine', 'views'])
    // What is still read is not read once more meanwhile.
    expect(await reader.read()).toEqual({ 'erasures.pending': 3 })
    expect(calls).toBe(1)
    expect(failures.sort()).toEqual(['quarantine', 'quarantine', 'views', 'views'])
    answer?.()
    await new Promise(setImmediate)
    const later = reader.read()
    await new Promise(setImmediate)
    answer?.()
    expect(await later).toEqual({ 'erasures.pending': 3, 'views.behind': 7 })
    expect(calls).toBe(2)
  })

  it('a source that throws at once is counted too', async () => {
    const failures: string[] = []
    const reader = createFigureReader((source) => failures.push(source))
    let isBroken = true
    const views = () => {
      if (isBroken) throw new Error('broken')
      return Promise.resolve({ 'views.behind': 1 })
    }
    reader.open(sources({ views }))
    expect(await reader.read()).toEqual({})
    isBroken = false
    expect(await reader.read()).toEqual({ 'views.behind': 1 })
    expect(failures).toEqual(['views'])
  })

  it('questions at the same time share one reading', async () => {
    let calls = 0
    const reader = createFigureReader(() => undefined)
    const changes = () => Promise.resolve({ 'changes.readers': (calls += 1) })
    reader.open(sources({ changes }))
    const [one, other] = await Promise.all([reader.read(), reader.read()])
    expect([one, other]).toEqual([{ 'changes.readers': 1 }, { 'changes.readers': 1 }])
    expect(await reader.read()).toEqual({ 'changes.readers': 2 })
  })

  it('belongs to one open clients at a time', async () => {
    const telemetry = await createPrometheusTelemetry()
    const clients = openClients({ store: openMemoryStore(), telemetry })
    expect(() => openClients({ store: openMemoryStore(), telemetry })).toThrow(
      'this telemetry belongs to other open clients: create one for each',
    )
    await clients.close()
    const next = openClients({ store: openMemoryStore(), telemetry })
    expect(await figuresIn(telemetry)).toMatchObject({ erasures_pending: 0 })
    await next.close()
    expect(await figuresIn(telemetry)).toEqual({})
  })
})

describe('the figures of clients', () => {
  it('a store in SQLite has each figure, with the values of the store', async () => {
    let now = T0
    const telemetry = await createPrometheusTelemetry()
    const store = await openSqliteStore({ path: await newPath() })
    const clients = openClients({ store, telemetry, now: () => now })
    const zero = {
      ...{ quarantine_deliveries: 0, quarantine_oldest_age_seconds: 0 },
      ...{ erasures_pending: 0, erasures_overdue_seconds: 0 },
      ...{ oldest_transaction_age_seconds: 0, changes_readers: 0, changes_lag_seconds: 0 },
    }
    // Nothing has made the views yet.
    expect(await figuresIn(telemetry)).toEqual(zero)

    await clients.list()
    await store.record([aSessionEvent(), aSessionEvent({ id: 'sess_2' })])
    const body = Buffer.from('{')
    await clients.quarantine.keep({ id: 'msg_2', receivedAt: T0 + 9, reason: 'no JSON', body })
    await clients.quarantine.keep({ id: 'msg_1', receivedAt: T0, reason: 'no JSON', body })
    await clients.pendingErasures.schedule('user_1', T0 + MINUTE)
    await clients.pendingErasures.schedule('user_2', T0 + 2 * MINUTE)
    now = T0 + 3 * MINUTE
    expect(await figuresIn(telemetry)).toEqual({
      ...zero,
      ...{ quarantine_deliveries: 2, quarantine_oldest_age_seconds: 180 },
      ...{ erasures_pending: 2, erasures_overdue_seconds: 120, views_behind: 2 },
    })
    await clients.list()
    expect(await clients.eraseDue()).toBe(2)
    await clients.list()
    expect(await figuresIn(telemetry)).toMatchObject({ erasures_pending: 0, views_behind: 0 })
    await clients.close()
  })

  it('a reader of changes that stands still falls behind, until it ends', async () => {
    const telemetry = await createPrometheusTelemetry()
    const clients = openClients({ store: openMemoryStore(), telemetry })
    const end = new AbortController()
    const changes = clients.changes({ signal: end.signal })[Symbol.asyncIterator]()
    const first = changes.next()
    await new Promise((resolve) => setTimeout(resolve, 50))
    await clients.record(aSessionEvent())
    await first
    // The next change is not requested.
    await new Promise((resolve) => setTimeout(resolve, 300))
    const figures = await figuresIn(telemetry)
    expect(figures.changes_readers).toBe(1)
    expect(figures.changes_lag_seconds).toBeGreaterThanOrEqual(0.25)
    end.abort()
    await changes.return?.(undefined)
    expect(await figuresIn(telemetry)).toMatchObject({ changes_readers: 0, changes_lag_seconds: 0 })
    await clients.close()
  })

  it('a store that is broken counts its figures as failed, and leaves them out', async () => {
    const telemetry = await createPrometheusTelemetry()
    const store = openMemoryStore()
    const heldBackBy = () => Promise.reject(new Error('canary'))
    const clients = openClients({ store: { ...store, heldBackBy }, telemetry })
    const figures = await figuresIn(telemetry)
    expect(figures).not.toHaveProperty('oldest_transaction_age_seconds')
    expect(figures).toMatchObject({ quarantine_deliveries: 0 })
    const text = await telemetry.metrics()
    const failures = valuesOf(text, 'clientfold_figure_failures_total')
    expect(failures.transactions).toBeGreaterThanOrEqual(1)
    expect(text).not.toContain('canary')
    await clients.close()
  })
})
