import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SessionEventCodec } from '../../src/events/client-event-codec.js'
import { decodeEvent } from '../../src/events/decode-event.js'
import { encodeEvent, eventText } from '../../src/events/encode-event.js'
import { SessionCodec } from '../../src/events/session-codec.js'
import { arbitrarySessionEvent } from '../../src/testing/index.js'
import { arbitraryPayload } from '../model/hostile-log.js'
import { aSession, aSessionEvent } from '../given.js'

/** The same object with its keys in another order, so that it is not canonical. */
const reordered = (value: object): object => Object.fromEntries(Object.entries(value).reverse())

describe('canonical values', () => {
  it('a canonical payload is decoded like its reordered copy', () => {
    fc.assert(
      fc.property(arbitraryPayload(), (payload) => {
        expect(decodeEvent(payload)).toEqual(decodeEvent(reordered(payload as object)))
      }),
    )
  })

  it('a canonical event is encoded like its reordered copy', () => {
    fc.assert(
      fc.property(arbitrarySessionEvent(), (event) => {
        const copy = reordered({ ...event, data: reordered(event.data) }) as typeof event
        expect(eventText(event)).toBe(eventText(copy))
      }),
    )
  })

  it('a canonical event is neither copied on encoding nor on decoding', () => {
    const event = aSessionEvent()
    expect(encodeEvent(event)).toBe(event)
    const decoded = decodeEvent(event)
    expect(decoded).toMatchObject({ _tag: 'Right' })
    expect('right' in decoded && decoded.right).toBe(event)
  })

  const session = aSession()
  const { id, ...withoutId } = session
  it.each([
    { name: 'an optional key that is undefined', value: { ...session, actor: undefined } },
    { name: 'a time in seconds', value: { ...session, created_at: 5 } },
    { name: 'a negative zero', value: { ...session, created_at: -0 } },
    { name: 'a fraction of a millisecond', value: { ...session, created_at: 1.5e12 + 0.5 } },
    { name: 'an additional key', value: { ...session, user: null } },
    { name: 'a missing key', value: withoutId },
    { name: 'a missing last key', value: { ...session, created_at: undefined } },
    { name: 'its keys in another order', value: { ...withoutId, id } },
    { name: 'an unknown status', value: { ...session, status: 'gone' } },
    { name: 'an array around it', value: [session] },
    { name: 'null in its place', value: null },
  ])('a session with $name is not canonical', ({ value }) => {
    expect(SessionCodec.isCanonical(value)).toBe(false)
  })

  it('a session as documented is canonical', () => {
    expect(SessionCodec.isCanonical(session)).toBe(true)
  })

  it('an event is canonical with all optional keys and with no optional key', () => {
    const { object, type, data } = aSessionEvent()
    expect(SessionEventCodec.isCanonical({ object, type, data })).toBe(true)
    const full = { object, id: 'msg_1', type, timestamp: 1.8e12, recorded_at: 1.8e12 }
    const rest = { instance_id: null, event_attributes: {}, data }
    expect(SessionEventCodec.isCanonical({ ...full, ...rest })).toBe(true)
    expect(SessionEventCodec.isCanonical({ ...full, ...rest, data: { ...data, id: '' } })).toBe(
      false,
    )
  })
})
