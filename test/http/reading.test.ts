import { describe, expect, it } from 'vitest'
import type { Client } from '../../src/events/client.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'
import { aHandler, ask, inMemory, NOW, someClients } from './given.js'

const idsOf = (json: unknown): ReadonlyArray<string> =>
  (json as ReadonlyArray<{ readonly id: string }>).map(({ id }) => id)

const clients = await someClients()
const handler = aHandler(clients)
const read = (path: string) => ask(handler, path)

describe('a client', () => {
  it('a client is the documented Client by the clock of now', async () => {
    const { status, json, headers } = await read('/v1/clients/client_1')
    expect(status).toBe(200)
    expect(json).toEqual(await clients.get('client_1', { at: NOW }))
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it.each([
    { name: 'now, after it expired', query: '', status: 'expired' },
    { name: 'an earlier clock', query: `?at=${T0}`, status: 'active' },
    { name: 'no clock', query: '?at=recorded', status: 'active' },
    {
      name: 'a moment in the past, which is its own clock',
      query: `?as_of=${T0}`,
      status: 'active',
    },
    {
      ...{ name: 'what was known then, by the clock of now', query: `?known_at=${T0 + DAY}` },
      status: 'expired',
    },
  ])('a client has a session that reads $status for $name', async ({ query, status }) => {
    const later = await someClients(T0 + 8 * DAY)
    const { json } = await ask(aHandler(later), `/v1/clients/client_1${query}`)
    const [session] = (json as Client).sessions
    expect(session).toMatchObject({ status })
  })

  it.each([String(T0 + MINUTE), new Date(T0 + MINUTE).toISOString(), '2024-05-28T08:01'])(
    'a client is read as of the moment %s',
    async (moment) => {
      const { json } = await read(`/v1/clients/client_1?as_of=${moment}`)
      expect(json).toEqual(await clients.get('client_1', { asOf: T0 + MINUTE }))
    },
  )

  it.each([
    {
      name: 'has an unknown id',
      path: '/v1/clients/client_canary',
      sentence: /^No client has this id\.$/,
    },
    {
      ...{ name: 'did not exist at a moment', path: `/v1/clients/client_1?as_of=${T0 - 1}` },
      sentence: /^No client had this id at that moment\. Leave out as_of and known_at .+\.$/,
    },
    {
      ...{ name: 'was unknown at a moment', path: `/v1/clients/client_1?known_at=${T0}` },
      sentence: /^No client had this id at that moment\./,
    },
  ])(
    'a client that $name is answered 404 in the form of Clerk, without the id',
    async ({ path, sentence }) => {
      const { status, json, text } = await read(path)
      expect(status).toBe(404)
      expect(json).toEqual({
        errors: [
          {
            code: 'resource_not_found',
            message: 'not found',
            long_message: expect.stringMatching(sentence) as string,
          },
        ],
      })
      expect(text).not.toContain('canary')
    },
  )
})

describe('a list', () => {
  it('a list of clients is a bare array', async () => {
    expect(idsOf((await read('/v1/clients')).json)).toEqual(['client_3', 'client_2', 'client_1'])
  })

  it('a list of clients is a page with the total count if paginated=true', async () => {
    const page = await read('/v1/clients?paginated=true&limit=1&offset=1')
    expect(page.json).toEqual({
      data: [await clients.get('client_2', { at: NOW })],
      total_count: 3,
    })
  })

  it.each([
    { query: '', ids: ['sess_2', 'sess_4', 'sess_3', 'sess_1'] },
    { query: '?client_id=client_1', ids: ['sess_2', 'sess_1'] },
    { query: '?user_id=user_2', ids: ['sess_3'] },
    { query: '?user_id=user_1&client_id=client_3', ids: ['sess_4'] },
    { query: '?status=removed', ids: ['sess_4'] },
    { query: '?status=active', ids: ['sess_3', 'sess_1'] },
    { query: '?status=ended&user_id=user_1', ids: ['sess_2'] },
    { query: '?client_id=unknown', ids: [] },
    { query: `?after_session=${T0 + 3}.sess_4`, ids: ['sess_3', 'sess_1'] },
    { query: `?after_session=${T0}.a.b&limit=1`, ids: [] },
    { query: '?limit=2', ids: ['sess_2', 'sess_4'] },
    { query: '?limit=2&offset=3&paginated=false', ids: ['sess_1'] },
    { query: '?offset=9007199254740991', ids: [] },
    { query: `?at=${T0 + 8 * DAY}&status=expired`, ids: ['sess_3', 'sess_1'] },
    { query: `?as_of=${T0 + MINUTE}&status=ended`, ids: [] },
  ])('a list of sessions is newest first: "$query" gives $ids', async ({ query, ids }) => {
    const { status, json } = await read(`/v1/sessions${query}`)
    expect(status).toBe(200)
    expect(idsOf(json)).toEqual(ids)
  })

  it.each([
    { path: '/v1/clients', length: 10 },
    { path: '/v1/sessions', length: 10 },
    { path: '/v1/sessions?limit=500', length: 12 },
  ])('a list of twelve has $length entries at $path', async ({ path, length }) => {
    const many = inMemory()
    const numbers = Array.from({ length: 12 }, (_, n) => n)
    await many.record(
      numbers.map((n) => aSessionEvent({ client_id: `client_${n}`, id: `sess_${n}` })),
    )
    expect(idsOf((await ask(aHandler(many), path)).json)).toHaveLength(length)
  })
})

describe('a session', () => {
  it.each([
    { name: 'a removed one', path: 'sess_4', expected: { status: 'removed' } },
    { name: 'an ended one', path: 'sess_2', expected: { status: 'ended' } },
    {
      ...{ name: 'one as of a moment', path: `sess_2?as_of=${T0 + MINUTE}` },
      expected: { status: 'active', tasks: null },
    },
  ])('a session is found by its id: $name', async ({ path, expected }) => {
    expect((await read(`/v1/sessions/${path}`)).json).toMatchObject(expected)
  })

  it('a session with an unknown id is answered 404', async () => {
    const { status, json } = await read('/v1/sessions/sess_9')
    expect(status).toBe(404)
    expect(json).toMatchObject({ errors: [{ long_message: 'No session has this id.' }] })
  })
})

describe('a parameter', () => {
  it.each([
    {
      name: 'limit',
      values: ['0', '501', '-1', '1.5', '1e1', '', ' 5', '0x10', 'ten', '9'.repeat(400)],
    },
    { name: 'offset', values: ['-1', '1.5', 'NaN', '', '9007199254740992', '1'.repeat(40)] },
    { name: 'paginated', values: ['yes', '', 'TRUE', '1'] },
    { name: 'status', values: ['Active', '', 'gone', 'active,ended', '__proto__'] },
    { name: 'client_id', values: [''] },
    {
      name: 'after_session',
      values: ['', 'sess_1', '1.', '.sess_1', '-1.sess_1', `${'9'.repeat(16)}.sess_1`],
    },
    { name: 'user_id', values: [''] },
    {
      name: 'at',
      values: ['', 'now', '2026-02-31', '-1', '1716883200000000', '9007199254740992', '%00'],
    },
    { name: 'as_of', values: ['yesterday', '1.5'] },
    { name: 'known_at', values: ['2026-05-28 08:00', '%F0%9F%A6%80'] },
  ])(
    'a parameter with a wrong value is answered 422 with its name, without the value: $name',
    async ({ name, values }) => {
      for (const value of values) {
        const { status, json } = await read(`/v1/sessions?${name}=${value}`)
        expect({ value, status }).toEqual({ value, status: 422 })
        expect(json).toEqual({
          errors: [
            {
              code: 'form_param_value_invalid',
              message: `${name} is invalid`,
              long_message: expect.stringMatching(new RegExp(`^${name} must be .+\\.$`)) as string,
              meta: { param_name: name },
            },
          ],
        })
      }
    },
  )

  it.each([
    'limit',
    'offset',
    'paginated',
    'status',
    'client_id',
    'user_id',
    'after_session',
    'at',
    'as_of',
    'known_at',
  ])('a parameter that is present twice is answered 422: %s', async (name) => {
    const { status, json } = await read(`/v1/sessions?${name}=1&${name}=1`)
    expect(status).toBe(422)
    expect(json).toMatchObject({
      errors: [
        {
          code: 'form_param_value_invalid',
          long_message: `${name} is present more than once. Send it once.`,
          meta: { param_name: name },
        },
      ],
    })
  })

  it('a parameter with a wrong value is answered 422 on the other paths too', async () => {
    expect((await read('/v1/clients?limit=0')).status).toBe(422)
    for (const path of ['/v1/clients', '/v1/clients/client_1', '/v1/sessions/sess_1']) {
      expect((await read(`${path}?at=now`)).status).toBe(422)
      expect((await read(`${path}?as_of=recorded`)).status).toBe(422)
      // Its milliseconds would look like seconds.
      expect((await read(`${path}?at=1971-01-01`)).status).toBe(422)
    }
  })

  const VIEW = ['at', 'as_of', 'known_at']
  const PAGE = ['limit', 'offset', 'paginated']

  it.each([
    {
      path: '/v1/sessions',
      understood: ['client_id', 'user_id', 'status', 'after_session', ...PAGE, ...VIEW],
    },
    { path: '/v1/clients', understood: [...PAGE, ...VIEW] },
    { path: '/v1/clients/client_1', understood: VIEW },
    { path: '/v1/sessions/sess_1', understood: VIEW },
  ])(
    'a parameter that $path does not know is answered 422, with those that it knows',
    async ({ path, understood }) => {
      const names = [
        ...['userId', 'userid', 'USER_ID', 'user', 'client', 'asOf', 'order_by', 'revoked', 'x'],
        ...['query', '__proto__', 'constructor', 'toString', ''],
      ]
      const others = [...PAGE, 'client_id', 'user_id', 'status', 'after_session'].filter(
        (name) => !understood.includes(name),
      )
      for (const name of [...names, ...others]) {
        for (const value of ['', 'canary']) {
          const { status, json, text } = await read(`${path}?${name}=${value}`)
          expect({ name, status }).toEqual({ name, status: 422 })
          expect(json).toEqual({
            errors: [
              {
                code: 'form_param_unknown',
                message: 'is unknown',
                long_message: `${name} is not a parameter of this path. It understands ${understood.join(', ')}.`,
                meta: { param_name: name },
              },
            ],
          })
          expect(text).not.toContain('canary')
        }
      }
    },
  )

  it('a parameter that is unknown is answered 422 beside known ones', async () => {
    expect((await read('/v1/sessions?user_id=user_1&userId=user_1')).status).toBe(422)
    expect((await read('/v1/sessions?limit=1&canary')).status).toBe(422)
  })
})

it('a list that leaves damaged records out says how many in a header', async () => {
  const damaged = {
    ...clients,
    list: () => Promise.resolve({ data: [], totalCount: 0, damaged: 2 }),
  }
  const { status, headers } = await ask(aHandler(damaged), '/v1/clients')
  expect(status).toBe(200)
  expect(headers.get('clientfold-damaged-records')).toBe('2')
  expect((await read('/v1/clients')).headers.get('clientfold-damaged-records')).toBeNull()
})
