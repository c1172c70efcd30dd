import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SessionEventCodec } from '../../src/events/client-event.js'
import { decodeEvent } from '../../src/events/decode-event.js'
import { encodeEvent, eventText } from '../../src/events/encode-event.js'
import { SessionCodec } from '../../src/events/session.js'
import { arbitrarySessionEvent } from '../../src/testing/index.js'
import { arbitraryPayload } from '../model/hostile-log.js'
import { aSession, aSessionEvent } from '../given.js'

/** The same object with its keys in another order, so that nothing about it is canonical. */
const turned = (value: object): object => Object.fromEntries(Object.entries(value).reverse())

describe('what is canonical', () => {
  it('is read as its copy is', () => {
    fc.assert(
      fc.property(arbitraryPayload(), (payload) => {
        expect(decodeEvent(payload)).toEqual(decodeEvent(turned(payload as object)))
      }),
    )
  })

  it('is written as its copy is', () => {
    fc.assert(
      fc.property(arbitrarySessionEvent(), (event) => {
        const copy = turned({ ...event, data: turned(event.data) }) as typeof event
        expect(eventText(event)).toBe(eventText(copy))
      }),
    )
  })

  it('is not copied', () => {
    const event = aSessionEvent()
    expect(encodeEvent(event)).toBe(event)
    const decoded = decodeEvent(event)
    expect(decoded).toMatchObject({ _tag: 'Right' })
    expect('right' in decoded && decoded.right).toBe(event)
  })

  const session = aSession()
  const { id, ...withoutId } = session
  it.each([
    ['a session as it is documented', session, true],
    ['one with an optional key that is undefined', { ...session, actor: undefined }, false],
    ['one with a time in seconds', { ...session, created_at: 5 }, false],
    ['one with a negative zero', { ...session, created_at: -0 }, false],
    ['one with a fraction of a millisecond', { ...session, created_at: 1.5e12 + 0.5 }, false],
    ['one with a key more', { ...session, user: null }, false],
    ['one with a key less', withoutId, false],
    ['one whose last key is missing', { ...session, created_at: undefined }, false],
    ['one with its keys in another order', { ...withoutId, id }, false],
    ['one with an unknown status', { ...session, status: 'gone' }, false],
    ['an array', [session], false],
    ['no object at all', null, false],
  ])('%s', (_name, value, isCanonical) => {
    expect(SessionCodec.isCanonical(value)).toBe(isCanonical)
  })

  it('is an event with all optional keys, and one with none', () => {
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
