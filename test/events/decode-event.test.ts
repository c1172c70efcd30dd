import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeParseError, type ParseError } from '../../src/events/decode-error.js'
import { decodeEvent, parseEvent } from '../../src/events/decode-event.js'
import { arbitraryJson } from '../../src/testing/index.js'
import { aSession, aSessionEvent, anObservation } from '../given.js'
import { arbitraryMutant, arbitraryPayload } from '../model/hostile-log.js'

const descriptionOf = (result: E.Either<ParseError, unknown>): string =>
  E.isLeft(result) ? describeParseError(result.left) : 'accepted'

const withData = (data: object): unknown => ({ type: 'session.created', data })

describe('decodeEvent', () => {
  it('a payload of 2022, which has only type and data, is decoded', () => {
    const event = decodeEvent({ object: 'event', type: 'session.created', data: aSession() })
    expect(event).toEqual(E.right(aSessionEvent()))
  })

  it('the user and unknown keys of the envelope are dropped', () => {
    const payload = { ...aSessionEvent(), svix: 1, data: { ...aSession(), user: { email: 'x' } } }
    expect(decodeEvent(payload)).toEqual(E.right(aSessionEvent()))
  })

  it('absent keys stay absent and null keys stay null', () => {
    const session = aSession({ actor: null, tasks: null })
    const event = decodeEvent(withData(session))
    expect(E.isRight(event) && Object.keys(event.right.data)).toEqual([
      'object',
      'id',
      'user_id',
      'client_id',
      'actor',
      'status',
      'last_active_organization_id',
      'last_active_at',
      'expire_at',
      'abandon_at',
      'updated_at',
      'created_at',
      'tasks',
    ])
  })

  it('times in seconds are read as milliseconds in every place', () => {
    const seconds = { last_active_at: 1, expire_at: 2, abandon_at: 3, updated_at: 4, created_at: 5 }
    const event = decodeEvent({
      type: 'session.created',
      timestamp: 1_716_883_200,
      recorded_at: 99_999_999_999,
      data: { ...aSession(), ...seconds },
    })
    expect(event).toMatchObject({
      right: {
        timestamp: 1_716_883_200_000,
        recorded_at: 99_999_999_999_000,
        data: { last_active_at: 1000, expire_at: 2000, updated_at: 4000, created_at: 5000 },
      },
    })
  })

  it('the time -0 is read as 0', () => {
    const event = decodeEvent(withData(aSession({ created_at: -0 })))
    expect(E.isRight(event) && Object.is(event.right.data.created_at, 0)).toBe(true)
  })

  it('an absent strategy of older API versions is read as null', () => {
    const { last_authentication_strategy: _, ...data } = anObservation().data
    expect(decodeEvent({ type: 'client.observed', data })).toEqual(E.right(anObservation()))
  })

  it('session_ids of an observation are ignored, whatever they are', () => {
    const data = { ...anObservation({ sessions: [aSession()] }).data, session_ids: 7 }
    expect(decodeEvent({ type: 'client.observed', data })).toEqual(
      E.right(anObservation({ sessions: [aSession()] })),
    )
  })

  it('__proto__ is kept as an ordinary key, as in JSON', () => {
    const text = '{"sub":"u","__proto__":{"admin":true},"constructor":1}'
    const event = parseEvent(
      JSON.stringify(withData(aSession())).replace('"actor":null', `"actor":${text}`),
    )
    expect(E.isRight(event) && JSON.stringify(event.right.data)).toContain(text)
    expect('admin' in {}).toBe(false)
  })

  it.each<{ name: string; payload: unknown; text: string }>([
    { name: 'a list', payload: [], text: 'event: expected object, got an array' },
    { name: 'a payload without a type', payload: {}, text: 'type: expected string, got nothing' },
    {
      name: 'a payload without data',
      payload: { type: 'session.ended' },
      text: 'data: expected session, got nothing',
    },
    {
      name: 'an unknown status',
      payload: withData({ ...aSession(), status: 'sleeping' }),
      text: 'data.status: expected "active" | "pending" | "ended" | "expired" | "replaced" | "abandoned" | "revoked" | "removed", got another string',
    },
    {
      name: 'an empty id',
      payload: withData({ ...aSession(), id: '' }),
      text: 'data.id: expected non-empty string, got an empty string',
    },
    {
      name: 'a null id',
      payload: { ...aSessionEvent(), id: null },
      text: 'id: expected non-empty string, got null',
    },
    {
      name: 'a null timestamp',
      payload: { ...aSessionEvent(), timestamp: null },
      text: 'timestamp: expected time (non-negative safe integer), got null',
    },
    {
      name: 'a time with a fraction',
      payload: withData({ ...aSession(), created_at: 0.5 }),
      text: 'data.created_at: expected time (non-negative safe integer), got a fraction',
    },
    {
      name: 'a time of 2^53',
      payload: withData({ ...aSession(), created_at: 2 ** 53 }),
      text: 'data.created_at: expected time (non-negative safe integer), got an integer beyond 2^53',
    },
    {
      name: 'an actor that is a list',
      payload: withData({ ...aSession(), actor: [] }),
      text: 'data.actor: expected object or null, got an array',
    },
    {
      name: 'an actor of another class',
      payload: withData({ ...aSession(), actor: new Date(0) }),
      text: 'data.actor: expected object or null, got a class instance',
    },
    {
      name: 'an activity without is_mobile',
      payload: withData({ ...aSession(), latest_activity: { id: 'a', object: 'b' } }),
      text: 'data.latest_activity.is_mobile: expected boolean, got nothing',
    },
    {
      name: 'a list that passes for an object',
      payload: withData(
        Object.setPrototypeOf(Object.assign([], aSession()), Object.prototype) as object,
      ),
      text: 'data: expected session, got an array',
    },
    {
      name: 'a payload with another object',
      payload: { ...aSessionEvent(), object: 'session' },
      text: 'object: expected "event", got a string',
    },
    {
      name: 'a bad session inside an observation',
      payload: {
        type: 'client.observed',
        data: { ...anObservation().data, sessions: [aSession(), { ...aSession(), status: 1 }] },
      },
      text: 'data.sessions[1].status: expected "active" | "pending" | "ended" | "expired" | "replaced" | "abandoned" | "revoked" | "removed", got an integer',
    },
    {
      name: 'a session of another client inside an observation',
      payload: anObservation({ sessions: [aSession({ client_id: 'client_2' })] }),
      text: 'data.sessions[0].client_id: expected the id of the listing client, got another string',
    },
  ])('$name is refused with path, expectation and kind', ({ payload, text }) => {
    expect(descriptionOf(decodeEvent(payload))).toBe(text)
  })

  it('an unknown type is another error than a malformed payload', () => {
    expect(decodeEvent({ type: 'user.created' })).toEqual(E.left({ _tag: 'UnknownEventType' }))
    expect(decodeEvent({ type: 7 })).toMatchObject(E.left({ _tag: 'InvalidEvent' }))
  })

  it('a value may nest 64 levels deep, and is refused if it nests deeper', () => {
    const nested = (depth: number): unknown => (depth === 1 ? {} : { a: nested(depth - 1) })
    expect(E.isRight(decodeEvent(withData({ ...aSession(), actor: nested(64) })))).toBe(true)
    expect(descriptionOf(decodeEvent(withData({ ...aSession(), actor: nested(65) })))).toBe(
      'data.actor: expected object or null, got one that is not JSON or nests over 64 levels',
    )
  })

  it('a value that JSON cannot hold is refused without an exception', () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const sparse = new Array<unknown>(2)
    const values = [1n, () => 1, Symbol('s'), undefined, NaN, Infinity, circular, sparse, new Map()]
    for (const value of values) {
      expect(E.isLeft(decodeEvent(value))).toBe(true)
      expect(E.isLeft(decodeEvent(withData({ ...aSession(), actor: { value } })))).toBe(true)
      expect(E.isLeft(decodeEvent(withData({ ...aSession(), tasks: [value] })))).toBe(true)
    }
    expect(E.isLeft(parseEvent('['.repeat(200_000)))).toBe(true)
    expect(E.isLeft(parseEvent('['.repeat(200_000) + ']'.repeat(200_000)))).toBe(true)
  })

  it('an input with 200,000 errors is refused with a bounded number of issues', () => {
    const observationWith = (sessions: ReadonlyArray<unknown>): unknown => ({
      ...anObservation(),
      data: { ...anObservation().data, sessions },
    })
    const ofOtherClient = aSession({ client_id: 'client_2' })
    for (const session of [0, {}, ofOtherClient]) {
      const result = decodeEvent(observationWith(Array<unknown>(200_000).fill(session)))
      if (E.isRight(result)) throw new Error('the input was accepted')
      const issues = result.left._tag === 'InvalidEvent' ? result.left.issues : []
      expect(issues.length).toBeGreaterThanOrEqual(100)
      expect(issues.length).toBeLessThan(130)
      expect(descriptionOf(result)).toMatch(/ \(and \d+ or more\)$/)
    }
    expect(
      descriptionOf(decodeEvent(observationWith([...Array<unknown>(11).fill(aSession()), 0]))),
    ).toBe('data.sessions[11]: expected session, got an integer')
  })

  it('a description names the kind of a number, and the known types', () => {
    const created = (created_at: unknown): string =>
      descriptionOf(decodeEvent(withData({ ...aSession(), created_at })))
    expect(created(-5)).toContain('got a negative integer')
    expect(created(Infinity)).toContain('got a number that is not finite')
    expect(created('5')).toContain('got a string')
    expect(descriptionOf(decodeEvent({ type: 'user.created' }))).toBe(
      'type: expected one of session.created, session.pending, session.ended, session.removed, session.revoked, client.observed, got another string',
    )
  })

  it('decodeEvent answers every input, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), arbitraryJson(), arbitraryMutant()), (payload) => {
        const result = decodeEvent(payload)
        expect(['Left', 'Right']).toContain(result._tag)
        if (E.isLeft(result)) expect(describeParseError(result.left)).not.toBe('')
      }),
      { numRuns: 3000 },
    )
  })
})

describe('decode errors', () => {
  const CANARY = 'kanarienvogel'

  /** Replaces every string and every number by one that a test can recognise. */
  const marked = (value: unknown): unknown => {
    if (typeof value === 'string') return `${CANARY}${value}`
    if (typeof value === 'number') return 987_654_321.5
    if (Array.isArray(value)) return value.map(marked)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, key === 'type' ? item : marked(item)]),
    )
  }

  it('an error never quotes a value', () => {
    fc.assert(
      fc.property(arbitraryPayload(), (payload) => {
        const text = JSON.stringify(decodeEvent(marked(payload)))
        expect(text).toContain('Left')
        expect(text).not.toContain(CANARY)
        expect(text).not.toContain('987654321')
      }),
    )
  })

  it('an error never quotes a text that is not JSON', () => {
    const result = parseEvent(`{"type":"session.created","secret":${CANARY}`)
    expect(result).toEqual(E.left({ _tag: 'InvalidJson' }))
    expect(descriptionOf(result)).toBe('not JSON')
  })

  it('an error never names the keys inside a value that is kept as given', () => {
    const actor = { [CANARY]: Infinity }
    expect(descriptionOf(decodeEvent(withData({ ...aSession(), actor })))).not.toContain(CANARY)
  })
})
