import { describe, expect, it } from 'vitest'
import type { ClientEvent } from '../../src/events/client-event.js'
import type { DeviceFilter } from '../../src/projections/devices.js'
import { aSession, aSessionEvent, DAY, T0 } from '../given.js'
import { devicesOf, requested } from './device-given.js'

describe('the sessions of a device', () => {
  it('statuses are read by the clock, newest session first, removed ones too', () => {
    const events = [
      aSessionEvent({ id: 'sess_1' }),
      aSessionEvent({ id: 'sess_2', created_at: T0 + 1, status: 'removed' }),
    ]
    const statusesAt = (at?: number): unknown =>
      devicesOf(events, {}, at).map(({ sessions }) => sessions.map(({ status }) => status))
    expect(statusesAt()).toEqual([['removed', 'active']])
    expect(statusesAt(T0 + 7 * DAY)).toEqual([['removed', 'expired']])
  })

  it('the current session and its device are marked', () => {
    const events = [
      aSessionEvent({ id: 'sess_1' }),
      aSessionEvent({ id: 'sess_2', client_id: 'client_2' }),
    ]
    const marks = (currentSessionId: string | null): unknown =>
      devicesOf(events, { currentSessionId }).map(({ is_current, sessions }) => [
        is_current,
        ...sessions.map((session) => session.is_current),
      ])
    expect(marks('sess_2')).toEqual([
      [false, false],
      [true, true],
    ])
    expect(marks(null)).toEqual([
      [false, false],
      [false, false],
    ])
  })

  it('a device with the current session and another one is marked', () => {
    const events = [aSessionEvent({ id: 'sess_1' }), aSessionEvent({ id: 'sess_2' })]
    const [device] = devicesOf(events, { currentSessionId: 'sess_1' })
    expect(device).toMatchObject({
      is_current: true,
      sessions: [{ is_current: false }, { is_current: true }],
    })
  })

  it('a session without the key for an actor is not impersonated', () => {
    const { actor: _actor, ...session } = aSession()
    const event = { ...aSessionEvent(), data: session } as ClientEvent
    expect(devicesOf([event], { impersonated: 'drop' })).toHaveLength(1)
    expect(devicesOf([event], { impersonated: 'only' })).toEqual([])
  })

  it('an impersonated session shows its actor, and can be kept, dropped or listed alone', () => {
    const actor = { sub: 'user_support' }
    const events = [
      requested({ id: 'sess_own' }, { client_ip: '203.0.113.7' }),
      requested(
        { id: 'sess_support', actor, updated_at: T0 + 1, client_id: 'client_support' },
        { client_ip: '198.51.100.1' },
      ),
    ]
    const sessionsOf = (impersonated?: DeviceFilter['impersonated']): unknown =>
      devicesOf(events, { impersonated }).flatMap(({ sessions }) =>
        sessions.map((session) => [session.id, session.actor]),
      )
    expect(sessionsOf()).toEqual([
      ['sess_support', actor],
      ['sess_own', null],
    ])
    expect(sessionsOf('keep')).toEqual(sessionsOf())
    expect(sessionsOf('drop')).toEqual([['sess_own', null]])
    expect(sessionsOf('only')).toEqual([['sess_support', actor]])
  })

  it('a device that two users share shows each of them only their own sessions and what those said', () => {
    const events = [
      requested({ id: 'sess_1' }, { client_ip: '203.0.113.7' }),
      requested(
        { id: 'sess_2', user_id: 'user_2', updated_at: T0 + DAY, last_active_at: T0 + DAY },
        { client_ip: '198.51.100.1' },
      ),
    ]
    expect(devicesOf(events)).toMatchObject([
      { ip_address: '203.0.113.7', last_seen: T0, sessions: [{ id: 'sess_1' }] },
    ])
    expect(devicesOf(events, { userId: 'user_2' })).toMatchObject([
      { ip_address: '198.51.100.1', sessions: [{ id: 'sess_2' }] },
    ])
    expect(devicesOf(events, { userId: 'user_3' })).toEqual([])
  })

  it('a session that two clients claim is on the device of its greatest version only', () => {
    const events = [
      aSessionEvent({ status: 'ended' }),
      aSessionEvent({ client_id: 'client_2', updated_at: T0 + DAY }),
    ]
    expect(devicesOf(events).map(({ client_id }) => client_id)).toEqual(['client_1'])
  })
})
