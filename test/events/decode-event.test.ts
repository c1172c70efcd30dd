import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeParseError, type ParseError } from '../../src/events/decode-error.js'
import { decodeEvent, parseEvent } from '../../src/events/decode-event.js'
import { arbitraryJson } from '../../src/testing/index.js'
import { aSession, aSessionEvent, anObservation } from '../given.js'
import { arbitraryMutant, arbitraryPayload } from '../model/hostile-log.js'

const refusalOf = (result: E.Either<ParseError, unknown>): string =>
  E.isLeft(result) ? describeParseError(result.left) : 'accepted'

const withData = (data: object): unknown => ({ type: 'session.created', data })

describe('decoding an event', () => {
  it('reads a payload of 2022, which has nothing but type and data', () => {
    const event = decodeEvent({ object: 'event', type: 'session.created', data: aSession() })
    expect(event).toEqual(E.right(aSessionEvent()))
  })

  it('drops what is not ours: the user, and keys of the envelope', () => {
    const payload = { ...aSessionEvent(), svix: 1, data: { ...aSession(), user: { email: 'x' } } }
    expect(decodeEvent(payload)).toEqual(E.right(aSessionEvent()))
  })

  it('keeps absent keys absent and null keys null', () => {
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

  it('reads times in seconds as milliseconds, wherever they stand', () => {
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

  it('takes -0 for 0', () => {
    const event = decodeEvent(withData(aSession({ created_at: -0 })))
    expect(E.isRight(event) && Object.is(event.right.data.created_at, 0)).toBe(true)
  })

  it('reads an absent strategy of older API versions as null', () => {
    const { last_authentication_strategy: _, ...data } = anObservation().data
    expect(decodeEvent({ type: 'client.observed', data })).toEqual(E.right(anObservation()))
  })

  it('ignores session_ids of an observation, whatever they are', () => {
    const data = { ...anObservation({ sessions: [aSession()] }).data, session_ids: 7 }
    expect(decodeEvent({ type: 'client.observed', data })).toEqual(
      E.right(anObservation({ sessions: [aSession()] })),
    )
  })

  it('keeps __proto__ as the ordinary key that it is in JSON', () => {
    const text = '{"sub":"u","__proto__":{"admin":true},"constructor":1}'
    const event = parseEvent(
      JSON.stringify(withData(aSession())).replace('"actor":null', `"actor":${text}`),
    )
    expect(E.isRight(event) && JSON.stringify(event.right.data)).toContain(text)
    expect('admin' in {}).toBe(false)
  })

  it.each<[string, unknown, string]>([
    ['a list', [], 'event: expected object, got an array'],
    ['no type', {}, 'type: expected string, got nothing'],
    ['data missing', { type: 'session.ended' }, 'data: expected session, got nothing'],
    [
      'an unknown status',
      withData({ ...aSession(), status: 'sleeping' }),
      'data.status: expected "active" | "pending" | "ended" | "expired" | "replaced" | "abandoned" | "revoked" | "removed", got another string',
    ],
    [
      'an empty id',
      withData({ ...aSession(), id: '' }),
      'data.id: expected non-empty string, got an empty string',
    ],
    ['a null id', { ...aSessionEvent(), id: null }, 'id: expected non-empty string, got null'],
    [
      'a null timestamp',
      { ...aSessionEvent(), timestamp: null },
      'timestamp: expected time (non-negative safe integer), got null',
    ],
    [
      'a fraction',
      withData({ ...aSession(), created_at: 0.5 }),
      'data.created_at: expected time (non-negative safe integer), got a fraction',
    ],
    [
      '2^53',
      withData({ ...aSession(), created_at: 2 ** 53 }),
      'data.created_at: expected time (non-negative safe integer), got an integer beyond 2^53',
    ],
    [
      'an actor that is a list',
      withData({ ...aSession(), actor: [] }),
      'data.actor: expected object or null, got an array',
    ],
    [
      'an actor of another class',
      withData({ ...aSession(), actor: new Date(0) }),
      'data.actor: expected object or null, got a class instance',
    ],
    [
      'an activity without is_mobile',
      withData({ ...aSession(), latest_activity: { id: 'a', object: 'b' } }),
      'data.latest_activity.is_mobile: expected boolean, got nothing',
    ],
    [
      'a list that passes for an object',
      withData(Object.setPrototypeOf(Object.assign([], aSession()), Object.prototype) as object),
      'data: expected session, got an array',
    ],
    [
      'another object',
      { ...aSessionEvent(), object: 'session' },
      'object: expected "event", got a string',
    ],
    [
      'a bad session inside an observation',
      {
        type: 'client.observed',
        data: { ...anObservation().data, sessions: [aSession(), { ...aSession(), status: 1 }] },
      },
      'data.sessions[1].status: expected "active" | "pending" | "ended" | "expired" | "replaced" | "abandoned" | "revoked" | "removed", got an integer',
    ],
    [
      'a session of another client inside an observation',
      anObservation({ sessions: [aSession({ client_id: 'client_2' })] }),
      'data.sessions[0].client_id: expected the id of the listing client, got another string',
    ],
  ])('refuses %s, naming path, expectation and kind', (_name, payload, text) => {
    expect(refusalOf(decodeEvent(payload))).toBe(text)
  })

  it('tells an unknown type from a malformed payload', () => {
    expect(decodeEvent({ type: 'user.created' })).toEqual(E.left({ _tag: 'UnknownEventType' }))
    expect(decodeEvent({ type: 7 })).toMatchObject(E.left({ _tag: 'InvalidEvent' }))
  })

  it('keeps values that nest as deep as is allowed, and refuses deeper ones', () => {
    const nested = (depth: number): unknown => (depth === 1 ? {} : { a: nested(depth - 1) })
    expect(E.isRight(decodeEvent(withData({ ...aSession(), actor: nested(64) })))).toBe(true)
    expect(refusalOf(decodeEvent(withData({ ...aSession(), actor: nested(65) })))).toBe(
      'data.actor: expected object or null, got one that is not JSON or nests over 64 levels',
    )
  })

  it('refuses what JSON cannot hold, without throwing', () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    const sparse = new Array<unknown>(2)
    const unholdable = [
      1n,
      () => 1,
      Symbol('s'),
      undefined,
      NaN,
      Infinity,
      circular,
      sparse,
      new Map(),
    ]
    for (const value of unholdable) {
      expect(E.isLeft(decodeEvent(value))).toBe(true)
      expect(E.isLeft(decodeEvent(withData({ ...aSession(), actor: { value } })))).toBe(true)
      expect(E.isLeft(decodeEvent(withData({ ...aSession(), tasks: [value] })))).toBe(true)
    }
    expect(E.isLeft(parseEvent('['.repeat(200_000)))).toBe(true)
    expect(E.isLeft(parseEvent('['.repeat(200_000) + ']'.repeat(200_000)))).toBe(true)
  })

  it('refuses what is wrong as often as it is long, with a bounded error', () => {
    const observing = (sessions: ReadonlyArray<unknown>): unknown => ({
      ...anObservation(),
      data: { ...anObservation().data, sessions },
    })
    const stranger = aSession({ client_id: 'client_2' })
    for (const session of [0, {}, stranger]) {
      const refused = decodeEvent(observing(Array<unknown>(200_000).fill(session)))
      if (E.isRight(refused)) throw new Error('accepted')
      const issues = refused.left._tag === 'InvalidEvent' ? refused.left.issues : []
      expect(issues.length).toBeGreaterThanOrEqual(100)
      expect(issues.length).toBeLessThan(130)
      expect(refusalOf(refused)).toMatch(/ \(and \d+ or more\)$/)
    }
    expect(refusalOf(decodeEvent(observing([...Array<unknown>(11).fill(aSession()), 0])))).toBe(
      'data.sessions[11]: expected session, got an integer',
    )
  })

  it('names the kinds of numbers, and the types that it knows', () => {
    const created = (created_at: unknown): string =>
      refusalOf(decodeEvent(withData({ ...aSession(), created_at })))
    expect(created(-5)).toContain('got a negative integer')
    expect(created(Infinity)).toContain('got a number that is not finite')
    expect(created('5')).toContain('got a string')
    expect(refusalOf(decodeEvent({ type: 'user.created' }))).toBe(
      'type: expected one of session.created, session.pending, session.ended, session.removed, session.revoked, client.observed, got another string',
    )
  })

  it('is total: whatever comes, it answers', () => {
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

describe('an error', () => {
  const CANARY = 'kanarienvogel'

  /** Every string, and every number, becomes one that would be known again. */
  const marked = (value: unknown): unknown => {
    if (typeof value === 'string') return `${CANARY}${value}`
    if (typeof value === 'number') return 987_654_321.5
    if (Array.isArray(value)) return value.map(marked)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, key === 'type' ? item : marked(item)]),
    )
  }

  it('never quotes a value', () => {
    fc.assert(
      fc.property(arbitraryPayload(), (payload) => {
        const text = JSON.stringify(decodeEvent(marked(payload)))
        expect(text).toContain('Left')
        expect(text).not.toContain(CANARY)
        expect(text).not.toContain('987654321')
      }),
    )
  })

  it('never quotes a text that is not JSON', () => {
    const refused = parseEvent(`{"type":"session.created","secret":${CANARY}`)
    expect(refused).toEqual(E.left({ _tag: 'InvalidJson' }))
    expect(refusalOf(refused)).toBe('not JSON')
  })

  it('never names the keys inside a value that is kept as given', () => {
    const actor = { [CANARY]: Infinity }
    expect(refusalOf(decodeEvent(withData({ ...aSession(), actor })))).not.toContain(CANARY)
  })
})
