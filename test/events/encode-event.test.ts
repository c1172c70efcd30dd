import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ClientObservedCodec, SessionEventCodec } from '../../src/events/client-event-codec.js'
import { SessionCodec } from '../../src/events/session-codec.js'
import { decodeEvent, parseEvent } from '../../src/events/decode-event.js'
import { encodeEvent, eventIdentity, eventText } from '../../src/events/encode-event.js'
import { arbitraryEvent } from '../../src/testing/index.js'
import { aSession, aSessionEvent, anObservation, T0 } from '../given.js'
import { arbitraryPayload } from '../model/hostile-log.js'

describe('encodeEvent', () => {
  it('decoding an encoded event gives the event back', () => {
    fc.assert(
      fc.property(arbitraryEvent(), (event) => {
        expect(decodeEvent(encodeEvent(event))).toEqual(E.right(event))
        expect(parseEvent(eventText(event))).toEqual(E.right(JSON.parse(JSON.stringify(event))))
      }),
    )
  })

  it('a payload that was decoded and encoded once decodes and encodes to the same text again', () => {
    fc.assert(
      fc.property(arbitraryPayload(), (payload) => {
        const once = decodeEvent(payload)
        if (E.isLeft(once)) throw new Error('a generated payload was refused')
        const twice = parseEvent(eventText(once.right))
        if (E.isLeft(twice)) throw new Error('an encoded event was refused')
        expect(eventText(twice.right)).toBe(eventText(once.right))
      }),
    )
  })

  it('times before March 1973 are written in seconds, as they were read', () => {
    const event = aSessionEvent({ created_at: 5000 })
    expect(encodeEvent(event)).toMatchObject({ data: { created_at: 5, updated_at: T0 } })
  })

  it('session_ids are written from the sessions', () => {
    expect(encodeEvent(anObservation({ sessions: [aSession()] }))).toMatchObject({
      data: { session_ids: ['sess_1'] },
    })
  })

  it('the codecs accept every decoded event', () => {
    fc.assert(
      fc.property(arbitraryEvent(), (event) => {
        const codec = event.type === 'client.observed' ? ClientObservedCodec : SessionEventCodec
        expect(codec.is(event)).toBe(true)
      }),
    )
  })
})

describe('eventText', () => {
  it.each([
    {
      name: 'a session event',
      event: aSessionEvent({ created_at: 5000 }, { id: 'msg_1', timestamp: T0 }),
      text: '{"object":"event","id":"msg_1","type":"session.created","timestamp":1716883200000,"data":{"object":"session","id":"sess_1","user_id":"user_1","client_id":"client_1","actor":null,"status":"active","last_active_organization_id":null,"last_active_at":1716883200000,"expire_at":1717488000000,"abandon_at":1719475200000,"updated_at":1716883200000,"created_at":5}}',
    },
    {
      name: 'an observation',
      event: anObservation({}, { recorded_at: T0 }),
      text: '{"object":"event","type":"client.observed","recorded_at":1716883200000,"data":{"object":"client","id":"client_1","session_ids":[],"sessions":[],"sign_in_id":null,"sign_up_id":null,"last_active_session_id":null,"last_authentication_strategy":null,"updated_at":1716883200000,"created_at":1716883200000}}',
    },
  ])('the text of $name is the same, byte for byte, in every version', ({ event, text }) => {
    expect(eventText(event)).toBe(text)
  })
})

describe('the codecs of events', () => {
  it('the codecs accept only values with decoded times, valid keys and sessions of one client', () => {
    expect(SessionEventCodec.is(aSessionEvent({ created_at: 5000 }))).toBe(true)
    expect(SessionEventCodec.is(aSessionEvent({ created_at: 5001 }))).toBe(false)
    expect(SessionEventCodec.is({ ...aSessionEvent(), data: {} })).toBe(false)
    expect(SessionEventCodec.is(aSessionEvent({ id: '' }))).toBe(false)
    const withOtherClient = anObservation({ sessions: [aSession({ client_id: 'client_2' })] })
    expect(ClientObservedCodec.is(withOtherClient)).toBe(false)
    expect(ClientObservedCodec.is(anObservation({ sessions: [aSession()] }))).toBe(true)
  })
})

describe('the optional fields of a codec', () => {
  it.each([
    { key: 'id', value: '' },
    { key: 'timestamp', value: -1 },
    { key: 'instance_id', value: 7 },
    { key: 'event_attributes', value: [] },
  ])('an event may lack $key, but the codec accepts no wrong one', ({ key, value }) => {
    expect(SessionEventCodec.is({ ...aSessionEvent(), [key]: undefined })).toBe(true)
    expect(SessionEventCodec.is({ ...aSessionEvent(), [key]: value })).toBe(false)
    expect(ClientObservedCodec.is({ ...anObservation(), [key]: value })).toBe(false)
  })

  it.each([
    { key: 'actor', value: 'user_1' },
    { key: 'last_active_organization_id', value: 7 },
    { key: 'latest_activity', value: { id: 'act_1' } },
    { key: 'tasks', value: {} },
  ])('a session may lack $key, but the codec accepts no wrong one', ({ key, value }) => {
    expect(SessionCodec.is({ ...aSession(), [key]: undefined })).toBe(true)
    expect(SessionCodec.is({ ...aSession(), [key]: value })).toBe(false)
  })
})

describe('eventIdentity', () => {
  it('the identity of an event is the same in every version, because logs hold it', () => {
    expect(eventIdentity(aSessionEvent())).toBe(
      '09f73d581e209e9a0127dbf3273b53ba24c33f21ae18540f4f2f4306422564c8',
    )
    expect(eventIdentity(aSessionEvent({ created_at: 5000 }))).toBe(
      'bcbae514144c17fef30ea00e5bcf058306e4df8b9f26e1f05483e6a632148f7b',
    )
  })

  it('the identity of an event does not depend on recorded_at', () => {
    const recorded = aSessionEvent({}, { recorded_at: T0 })
    expect(eventIdentity(recorded)).toBe(eventIdentity(aSessionEvent()))
  })

  it('the identity of an event with an id is the id', () => {
    expect(eventIdentity(aSessionEvent({}, { id: 'msg_1' }))).toBe('msg_1')
  })

  it('the identity of an event without an id is the SHA-256 of its text', () => {
    expect(eventIdentity(aSessionEvent())).toMatch(/^[0-9a-f]{64}$/)
    expect(eventIdentity(aSessionEvent())).toBe(eventIdentity(aSessionEvent()))
    expect(eventIdentity(aSessionEvent())).not.toBe(eventIdentity(aSessionEvent({ id: 'sess_2' })))
  })
})
