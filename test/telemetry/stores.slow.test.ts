import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { openJetStreamStore } from '../../src/stores/jetstream/index.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { createPrometheusTelemetry } from '../../src/telemetry/prometheus/index.js'
import { aSessionEvent, T0 } from '../given.js'
import { describeWithNats } from '../stores/jetstream/given.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { figuresIn, valuesOf } from './given.js'

const body = Buffer.from('{')

describeWithPostgres('the figures of a PostgreSQL store', (server) => {
  it('each figure is there, and the oldest transaction of another database, without its name', async () => {
    const telemetry = await createPrometheusTelemetry()
    const store = await openPostgresStore(server().url(await server().newDatabase()))
    const clients = openClients({ store, telemetry })
    await clients.list()
    const elsewhere = await server().newDatabase()
    const forgotten = await server().connect(elsewhere)
    await forgotten.query('begin')
    await forgotten.query('select pg_current_xact_id()')
    await store.record([aSessionEvent()])
    await clients.quarantine.keep({ id: 'msg_1', receivedAt: T0, reason: 'no JSON', body })
    await clients.pendingErasures.schedule('user_1', Date.now() - 5000)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const figures = await figuresIn(telemetry)
    expect(figures).toMatchObject({
      quarantine_deliveries: 1,
      erasures_pending: 1,
      views_behind: 1,
    })
    expect(figures.oldest_transaction_age_seconds).toBeGreaterThanOrEqual(0.2)
    expect(figures.oldest_transaction_age_seconds).toBeLessThan(60)
    expect(figures.erasures_overdue_seconds).toBeGreaterThanOrEqual(5)
    expect(figures.quarantine_oldest_age_seconds).toBeCloseTo((Date.now() - T0) / 1000, -2)
    expect(await telemetry.metrics()).not.toContain(elsewhere)
    await forgotten.query('commit')
    expect(await figuresIn(telemetry)).toMatchObject({ oldest_transaction_age_seconds: 0 })
    await forgotten.end()
    await clients.close()
  })

  it('a server that stops is a failure of the figures and of operations, by its reason', async () => {
    const telemetry = await createPrometheusTelemetry()
    const store = await openPostgresStore(server().url(await server().newDatabase()))
    const clients = openClients({ store, telemetry })
    await clients.record(aSessionEvent())
    await server().stop()
    await expect(clients.history('client_1')).rejects.toMatchObject({ reason: 'unreachable' })
    const figures = await figuresIn(telemetry)
    expect(Object.keys(figures).sort()).toEqual(['changes_lag_seconds', 'changes_readers'])
    const text = await telemetry.metrics()
    const failures = valuesOf(text, 'clientfold_store_operation_failures_total')
    expect(failures).toEqual({ 'read unreachable': 1 })
    expect(Object.keys(valuesOf(text, 'clientfold_figure_failures_total')).sort()).toEqual(
      ['erasures', 'quarantine', 'transactions', 'views'].sort(),
    )
    await clients.close()
  })
})

describeWithNats('the figures of a JetStream store', (server) => {
  it('each figure is there that the store has', async () => {
    const telemetry = await createPrometheusTelemetry()
    const store = await openJetStreamStore({ url: server().url('FIGURES') })
    const clients = openClients({ store, telemetry })
    await clients.record(aSessionEvent())
    await clients.quarantine.keep({ id: 'msg_1', receivedAt: Date.now(), reason: 'no JSON', body })
    await clients.quarantine.keep({ id: 'msg_2', receivedAt: T0, reason: 'no JSON', body })
    await clients.pendingErasures.schedule('user_1', Date.now() + 60_000)
    const figures = await figuresIn(telemetry)
    expect(figures).toMatchObject({
      ...{ quarantine_deliveries: 2, erasures_pending: 1, erasures_overdue_seconds: 0 },
      oldest_transaction_age_seconds: 0,
    })
    expect(figures.quarantine_oldest_age_seconds).toBeCloseTo((Date.now() - T0) / 1000, -2)
    await clients.close()
  })
})
