import { describe, expect, it } from 'vitest'
import type { ClientEvent } from '../../src/events/client-event.js'
import type { LatestActivity, Session } from '../../src/events/session.js'
import { aSession, aSessionEvent, anObservation, DAY, MINUTE, T0 } from '../given.js'
import {
  activity,
  CHROME,
  devicesOf,
  FIREFOX,
  IPAD,
  IPHONE,
  only,
  requested,
} from './device-given.js'

describe('what is known about a device', () => {
  it('a device has every documented key, and null for what is not known', () => {
    expect(only([aSessionEvent()])).toEqual({
      object: 'device',
      client_id: 'client_1',
      is_current: false,
      kind: 'unknown',
      device_type: null,
      operating_system: null,
      browser_name: null,
      browser_version: null,
      ip_address: null,
      city: null,
      country: null,
      first_seen: T0,
      last_seen: T0,
      sessions: [
        {
          id: 'sess_1',
          status: 'active',
          created_at: T0,
          last_active_at: T0,
          expire_at: T0 + 7 * DAY,
          actor: null,
          is_current: false,
        },
      ],
    })
  })

  it('a device is described by the request that led to an event', () => {
    expect(only([requested({}, { client_ip: '203.0.113.7', user_agent: CHROME })])).toMatchObject({
      kind: 'desktop',
      browser_name: 'Chrome',
      browser_version: '125.0.0.0',
      operating_system: 'Windows',
      ip_address: '203.0.113.7',
    })
  })

  it('the latest activity of a session counts before the request', () => {
    const latest_activity = activity({
      device_type: 'iPhone',
      is_mobile: true,
      browser_name: 'Safari',
      ip_address: '203.0.113.9',
      city: '東京',
      country: 'JP',
    })
    const request = { client_ip: '203.0.113.7', user_agent: CHROME }
    expect(only([requested({ latest_activity }, request)])).toMatchObject({
      kind: 'mobile',
      device_type: 'iPhone',
      browser_name: 'Safari',
      // The version of the user agent is that of another browser.
      browser_version: null,
      ip_address: '203.0.113.9',
      city: '東京',
      country: 'JP',
    })
  })

  it('the user agent completes the version of the same browser', () => {
    const latest_activity = activity({ browser_name: 'Chrome', device_type: 'Windows' })
    expect(only([requested({ latest_activity }, { user_agent: CHROME })])).toMatchObject({
      browser_name: 'Chrome',
      browser_version: '125.0.0.0',
    })
  })

  it('what was known once is not lost when later events lack it', () => {
    const known = requested(
      { latest_activity: activity({ city: 'Oslo', country: 'NO', browser_name: 'Firefox' }) },
      { client_ip: '203.0.113.7', user_agent: FIREFOX },
    )
    const later = aSessionEvent({ status: 'ended', updated_at: T0 + DAY, latest_activity: null })
    const observed = anObservation({
      updated_at: T0 + 2 * DAY,
      sessions: [aSession({ status: 'expired', updated_at: T0 + 2 * DAY })],
    })
    expect(only([observed, later, known])).toMatchObject({
      city: 'Oslo',
      country: 'NO',
      browser_name: 'Firefox',
      browser_version: '126.0',
      operating_system: 'Linux',
      ip_address: '203.0.113.7',
    })
  })

  it('what was said later counts, in any order', () => {
    const [first, second] = [
      requested({}, { client_ip: '203.0.113.7' }),
      requested({ updated_at: T0 + MINUTE }, { client_ip: '203.0.113.1' }),
    ]
    for (const events of [
      [first, second],
      [second, first, second],
    ]) {
      expect(only(events).ip_address).toBe('203.0.113.1')
    }
  })

  it('an observation says what is known about the devices of its sessions', () => {
    const latest_activity = activity({ device_type: 'Macintosh', browser_name: 'Safari' })
    const sessions = [aSession({ latest_activity })]
    expect(only([anObservation({ sessions })])).toMatchObject({
      kind: 'desktop',
      operating_system: 'macOS',
      browser_name: 'Safari',
    })
  })

  it('the request that revoked a session came from elsewhere and says nothing about its device', () => {
    const revoked = requested(
      { status: 'revoked', updated_at: T0 + DAY },
      { client_ip: '198.51.100.1', user_agent: 'node' },
    )
    const created = requested({}, { client_ip: '203.0.113.7', user_agent: CHROME })
    expect(only([created, revoked])).toMatchObject({
      ip_address: '203.0.113.7',
      browser_name: 'Chrome',
      last_seen: T0,
      sessions: [{ status: 'revoked' }],
    })
  })

  it('keys of other types and empty texts are not known', () => {
    const latest_activity = {
      ...activity(),
      ...{ city: 7, country: '', browser_name: ['Chrome'] },
    } as unknown as LatestActivity
    const event: ClientEvent = {
      ...aSessionEvent({ latest_activity }),
      event_attributes: { http_request: 'none' },
    }
    expect(only([event])).toMatchObject({ city: null, country: null, browser_name: null })
  })

  it.each([
    {
      name: 'an iPad by its type',
      latest: { device_type: 'iPad', is_mobile: true },
      kind: 'tablet',
    },
    { name: 'an iPad by its agent', latest: { is_mobile: true }, agent: IPAD, kind: 'tablet' },
    { name: 'a mobile activity', latest: { is_mobile: true }, agent: CHROME, kind: 'mobile' },
    { name: 'an agent of a desktop', agent: CHROME, kind: 'desktop' },
    { name: 'an activity with a browser', latest: { browser_name: 'Opera' }, kind: 'desktop' },
    { name: 'an activity with a type', latest: { device_type: 'Linux' }, kind: 'desktop' },
    { name: 'an agent of another kind', latest: {}, agent: IPHONE, kind: 'desktop' },
    { name: 'an activity without anything else', latest: {}, kind: 'unknown' },
    { name: 'a program', agent: 'node', kind: 'unknown' },
  ])('the kind of device of $name is $kind', ({ latest, agent, kind }) => {
    const session = latest === undefined ? {} : { latest_activity: activity(latest) }
    const request: Record<string, string> = agent === undefined ? {} : { user_agent: agent }
    expect(only([requested(session, request)]).kind).toBe(kind)
  })
})

describe('the operating system', () => {
  it.each([
    { type: 'Macintosh', system: 'macOS' },
    { type: 'Windows', system: 'Windows' },
    { type: 'linux', system: 'Linux' },
    { type: 'Android', system: 'Android' },
    { type: 'iPhone', system: 'iOS' },
    { type: 'iPad', system: 'iOS' },
    { type: 'Toaster', system: null },
    { type: 'constructor', system: null },
  ])('the operating system of the type $type is $system', ({ type, system }) => {
    const event = aSessionEvent({ latest_activity: activity({ device_type: type }) })
    expect(only([event]).operating_system).toBe(system)
  })
})

describe('when a device was seen', () => {
  it('a device was first seen with its first session, and last seen with its last activity', () => {
    const device = only([
      aSessionEvent({ id: 'sess_1' }),
      aSessionEvent({
        ...{ id: 'sess_2', created_at: T0 + DAY, updated_at: T0 + DAY },
        last_active_at: T0 + DAY + MINUTE,
      }),
    ])
    expect(device).toMatchObject({ first_seen: T0, last_seen: T0 + DAY + MINUTE })
  })

  it('a request from the device is a use of it; a change without one is not', () => {
    const ended: Partial<Session> = { status: 'ended', updated_at: T0 + DAY }
    expect(only([aSessionEvent(), aSessionEvent(ended)]).last_seen).toBe(T0)
    expect(only([requested(ended, { client_ip: '203.0.113.7' })]).last_seen).toBe(T0 + DAY)
  })

  it('the device that was used last comes first, and of equal ones the lesser id', () => {
    const devices = devicesOf([
      aSessionEvent({ id: 'sess_b', client_id: 'client_b' }),
      aSessionEvent({ id: 'sess_a', client_id: 'client_a' }),
      aSessionEvent({ id: 'sess_c', client_id: 'client_c', last_active_at: T0 + 1 }),
    ])
    expect(devices.map(({ client_id }) => client_id)).toEqual(['client_c', 'client_a', 'client_b'])
  })
})
