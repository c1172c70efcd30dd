import * as E from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { describeParseError } from '../../src/events/decode-error.js'
import { decodeEvent } from '../../src/events/decode-event.js'
import { aSession, aSessionEvent, anObservation, T0 } from '../given.js'

const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

it('the last time of the year 9999 is a time, in milliseconds', () => {
  const event = decodeEvent({ ...aSessionEvent({ expire_at: LAST }), recorded_at: LAST })
  expect(event).toMatchObject({ right: { recorded_at: LAST, data: { expire_at: LAST } } })
})

it.each([
  { path: 'data.updated_at', payload: aSessionEvent({ updated_at: T0 * 1000 }) },
  { path: 'data.expire_at', payload: aSessionEvent({ expire_at: LAST + 1 }) },
  { path: 'timestamp', payload: aSessionEvent({}, { timestamp: LAST + 1 }) },
  { path: 'recorded_at', payload: aSessionEvent({}, { recorded_at: LAST + 1 }) },
  { path: 'data.updated_at', payload: anObservation({ updated_at: LAST + 1 }) },
  {
    path: 'data.sessions[0].created_at',
    payload: anObservation({ sessions: [aSession({ created_at: Number.MAX_SAFE_INTEGER })] }),
  },
])('a later time is refused with path, expectation and kind: $path', ({ path, payload }) => {
  const decoded = decodeEvent(payload)
  expect(E.isLeft(decoded) && describeParseError(decoded.left)).toBe(
    `${path}: expected time (non-negative safe integer), got a time after the year 9999, such as microseconds`,
  )
})
