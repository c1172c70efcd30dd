import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ClientEvent } from '../../src/events/client-event.js'
import { isSameEvent } from '../../src/events/same-event.js'
import { arbitraryEvent } from '../../src/testing/index.js'
import { aSession, aSessionEvent, anObservation, MINUTE, T0 } from '../given.js'

const COMPLETE: ClientEvent = {
  ...aSessionEvent({}, { id: 'msg_1', timestamp: T0, recorded_at: T0 + MINUTE }),
  instance_id: 'ins_1',
  event_attributes: { http_request: { client_ip: '192.0.2.1' } },
}

const without = (...keys: ReadonlyArray<string>): ClientEvent =>
  Object.fromEntries(
    Object.entries(COMPLETE).filter(([key]) => !keys.includes(key)),
  ) as unknown as ClientEvent

it.each([
  { name: 'nothing', other: COMPLETE },
  {
    name: 'the keys that older versions of the SDK drop',
    other: without('timestamp', 'instance_id'),
  },
  {
    name: 'all keys that may be absent',
    other: without('timestamp', 'instance_id', 'event_attributes', 'id'),
  },
  { name: 'the time at which the log recorded them', other: { ...COMPLETE, recorded_at: T0 } },
])('two events are the same if they differ in $name', ({ other }) => {
  expect(isSameEvent(COMPLETE, other)).toBe(true)
  expect(isSameEvent(other, COMPLETE)).toBe(true)
})

it.each([
  { name: 'their type', other: { ...COMPLETE, type: 'session.ended' } as ClientEvent },
  { name: 'a value of data', other: { ...COMPLETE, data: aSession({ updated_at: T0 + 1 }) } },
  {
    name: 'a key of data that one of them lacks',
    other: { ...COMPLETE, data: aSession({ tasks: null }) },
  },
  { name: 'timestamp', other: { ...COMPLETE, timestamp: T0 + 1 } },
  { name: 'instance_id, which is null in one of them', other: { ...COMPLETE, instance_id: null } },
  { name: 'event_attributes', other: { ...COMPLETE, event_attributes: {} } },
  { name: 'their ids', other: { ...COMPLETE, id: 'msg_2' } },
  { name: 'everything', other: anObservation() },
])('two events are not the same if they differ in $name', ({ other }) => {
  expect(isSameEvent(COMPLETE, other as ClientEvent)).toBe(false)
  expect(isSameEvent(other as ClientEvent, COMPLETE)).toBe(false)
})

it('every event is the same as itself, and the order of two events does not matter', () => {
  fc.assert(
    fc.property(arbitraryEvent(), arbitraryEvent(), (left, right) => {
      expect(isSameEvent(left, left)).toBe(true)
      expect(isSameEvent(left, right)).toBe(isSameEvent(right, left))
    }),
  )
})

it('every event is the same as itself without any of the keys that may be absent', () => {
  const optional = ['id', 'timestamp', 'recorded_at', 'instance_id', 'event_attributes']
  fc.assert(
    fc.property(arbitraryEvent(), fc.subarray(optional), (event, dropped) => {
      const entries = Object.entries(event).filter(([key]) => !dropped.includes(key))
      const parsed = Object.fromEntries(entries) as unknown as ClientEvent
      expect(isSameEvent(event, parsed) && isSameEvent(parsed, event)).toBe(true)
    }),
  )
})
