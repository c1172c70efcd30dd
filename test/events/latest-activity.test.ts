import * as E from 'fp-ts/lib/Either.js'
import { expect, expectTypeOf, it } from 'vitest'
import { decodeEvent } from '../../src/events/decode-event.js'
import type { Json } from '../../src/events/json.js'
import type { LatestActivity } from '../../src/events/session.js'
import { aSessionEvent } from '../given.js'

const decoded = (latest_activity: unknown): unknown => {
  const event = aSessionEvent()
  return decodeEvent({ ...event, data: { ...event.data, latest_activity } })
}

const REQUIRED = { id: 'sess_activity_1', object: 'session_activity', is_mobile: false }

it('the latest activity has the types that Clerk documents, and other keys are JSON', () => {
  const activity: LatestActivity = {
    ...REQUIRED,
    city: 'Oslo',
    country: null,
    battery: { level: 1 },
  }
  expectTypeOf(activity.city).toEqualTypeOf<string | null | undefined>()
  expectTypeOf(activity.is_mobile).toEqualTypeOf<boolean>()
  expectTypeOf(activity.id).toEqualTypeOf<string>()
  const battery: Json | undefined = activity.battery
  expect(battery).toEqual({ level: 1 })
})

it.each([
  { name: 'no other key', others: {} },
  { name: 'nulls', others: { device_type: null, city: null, country: null } },
  { name: 'keys that are not documented', others: { battery: { level: [1] }, __proto: 1 } },
  { name: 'documented keys of other types', others: { browser_version: 125, city: ['Oslo'] } },
])('the latest activity is kept as given with $name', ({ others }) => {
  const activity = { ...others, ...REQUIRED }
  expect(decoded(activity)).toMatchObject(E.right({ data: { latest_activity: activity } }))
})

it.each([
  { name: 'without id', activity: { object: 'session_activity', is_mobile: true } },
  { name: 'without is_mobile', activity: { object: 'session_activity', id: 'sess_activity_1' } },
  { name: 'that is a text', activity: 'Oslo' },
])('the latest activity is refused $name', ({ activity }) => {
  expect(E.isLeft(decoded(activity) as E.Either<unknown, unknown>)).toBe(true)
})
