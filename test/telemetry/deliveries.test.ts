import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { eventText } from '../../src/events/encode-event.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { createPrometheusTelemetry } from '../../src/telemetry/prometheus/index.js'
import { recordVerified } from '../../src/webhooks/record-verified.js'
import { aSessionEvent, MINUTE, T0 } from '../given.js'
import { aHandler, ask, delivery, NOW, signed, SIGNING_SECRET } from '../http/given.js'
import { valuesOf } from './given.js'

const bodyOf = (differences: object = {}): string => eventText(aSessionEvent(differences))
const deletionOf = (data: object): string =>
  JSON.stringify({ object: 'event', type: 'user.deleted', timestamp: NOW, data })

const given = async (broken: Partial<EventStore> = {}) => {
  const telemetry = await createPrometheusTelemetry()
  const store = { ...openMemoryStore({ now: () => NOW }), ...broken }
  const clients = openClients({ store, telemetry, now: () => NOW })
  const handler = aHandler(clients, { onUserDeleted: 'erase', holdbackMilliseconds: MINUTE })
  const outcomes = async () => valuesOf(await telemetry.metrics(), 'clientfold_deliveries_total')
  return { telemetry, clients, handler, outcomes }
}

describe('deliveries by outcome', () => {
  it('each delivery is counted once, under its outcome', async () => {
    const { telemetry, clients, handler, outcomes } = await given()
    const send = (id: string, body: string, init: RequestInit = delivery(id, body)) =>
      ask(handler, '/webhooks/clerk', init)
    const refused = (headers: Readonly<Record<string, string>>, body = '{}') =>
      send('msg_0', body, { method: 'POST', body, headers })
    const fits = signed('msg_0', '{}')

    await send('msg_1', bodyOf())
    await send('msg_1', bodyOf())
    await send('msg_1', bodyOf({ updated_at: T0 + 1 }))
    await send('msg_2', '{"type":')
    await send('msg_3', JSON.stringify({ type: 'user.created', data: {} }))
    await clients.eraseClient('client_1')
    await send('msg_4', bodyOf())
    await send('msg_5', deletionOf({ id: 'user_9', deleted: true }))
    await clients.pendingErasures.callOff('user_9')
    await send('msg_6', deletionOf({ id: 'user_9', deleted: true }))
    await send('msg_7', deletionOf({}))
    await refused({})
    await refused({ ...fits, 'svix-id': '' })
    await refused({ ...fits, 'svix-id': 'with a space' })
    await refused({ ...fits, 'svix-timestamp': 'soon' })
    await refused({ ...fits, 'svix-timestamp': '1' })
    await refused({ ...fits, 'svix-timestamp': '99999999999' })
    await refused({ ...fits, 'svix-signature': 'nonsense' })
    await refused(fits, '{ }')
    const event = { type: 'user.created', object: 'event', data: {} }
    await recordVerified(event, { clients, id: 'msg_8' })

    expect(await outcomes()).toEqual({
      recorded: 1,
      duplicate: 1,
      conflict: 1,
      quarantined: 2,
      ignored: 2,
      erased: 1,
      'erasure-scheduled': 1,
      'erasure-called-off': 1,
      'refused-headers': 1,
      'refused-id': 2,
      'refused-timestamp': 1,
      'refused-too-old': 1,
      'refused-too-new': 1,
      'refused-signature': 1,
      'refused-not-genuine': 1,
    })
    const seconds = await telemetry.metrics()
    expect(valuesOf(seconds, 'clientfold_delivery_duration_seconds_count')).toEqual({ '': 18 })
  })

  it('a store that cannot be used is counted as unavailable, a defect as failed', async () => {
    const busy = new StoreUnavailable('busy', 'busy')
    const unavailable = await given({ record: () => Promise.reject(busy) })
    await ask(unavailable.handler, '/webhooks/clerk', delivery('msg_1', bodyOf()))
    expect(await unavailable.outcomes()).toEqual({ unavailable: 1 })

    const defective = await given({ record: () => Promise.reject(new TypeError('canary')) })
    await ask(defective.handler, '/webhooks/clerk', delivery('msg_1', bodyOf()))
    expect(await defective.outcomes()).toEqual({ failed: 1 })
  })

  it('without a holdback a deleted user is counted as erased', async () => {
    const { clients, outcomes } = await given()
    const handler = aHandler(clients, { onUserDeleted: 'erase', signingSecrets: SIGNING_SECRET })
    const body = deletionOf({ id: 'user_1', deleted: true })
    await ask(handler, '/webhooks/clerk', delivery('msg_1', body))
    expect(await outcomes()).toEqual({ 'user-erased': 1 })
  })
})
