import { expect } from 'vitest'
import type { ClientEvent } from '../../src/events/client-event.js'
import type { LatestActivity, Session } from '../../src/events/session.js'
import { foldDevices } from '../../src/domain/device-states.js'
import { toDevices, type Device, type DeviceFilter } from '../../src/projections/devices.js'
import { aSessionEvent } from '../given.js'

export const CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/125.0.0.0 Safari/537.36'
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0'
export const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1'
export const IPAD =
  'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1'

/** The latest activity of a session, with the differences that matter to a test. */
export const activity = (differences: Partial<LatestActivity> = {}): LatestActivity => ({
  id: 'sess_activity_1',
  object: 'session_activity',
  is_mobile: false,
  ...differences,
})

/** An event that a request led to. */
export const requested = (
  differences: Partial<Session>,
  http_request: Readonly<Record<string, string>>,
): ClientEvent => ({ ...aSessionEvent(differences), event_attributes: { http_request } })

/** The devices of `user_1`, unless the filter names another user. */
export const devicesOf = (
  events: ReadonlyArray<ClientEvent>,
  filter: Partial<DeviceFilter> = {},
  at?: number,
): ReadonlyArray<Device> => toDevices(foldDevices(events), { userId: 'user_1', ...filter }, { at })

/** The only device of the user. */
export const only = (events: ReadonlyArray<ClientEvent>): Device => {
  const [device, ...others] = devicesOf(events)
  expect(others).toEqual([])
  if (device === undefined) throw new Error('there is no device')
  return device
}
