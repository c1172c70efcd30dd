import { describe, expect, it } from 'vitest'
import type { Clients } from '../../src/clients/clients.js'
import { givenClients, idsOf, THREE_CLIENTS } from './given.js'

const clients = await givenClients({ events: THREE_CLIENTS })

/** Every method that takes a query, and a call of it with any value at all. */
const METHODS: Readonly<Record<string, (query: unknown) => Promise<unknown>>> = {
  get: (query) => clients.get('a', query as object),
  session: (query) => clients.session('sess_1', query as object),
  list: (query) => clients.list(query as object),
  sessions: (query) => clients.sessions(query as object),
  all: async (query) => {
    for await (const _client of clients.all(query as object)) continue
  },
}

const refusalOf = async (answer: Promise<unknown>): Promise<string> => {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(TypeError)
  return (error as TypeError).message
}

describe('a query', () => {
  it.each(['userId', 'clientId', 'status', 'limit', 'offset'])(
    'a query with %s present and undefined is refused, and the message says what to do',
    async (key) => {
      const message = await refusalOf(METHODS.sessions!({ [key]: undefined }))
      expect(message).toMatch(
        new RegExp(`^sessions: ${key} is undefined\\. Leave the key out, or set it to .+\\.$`),
      )
    },
  )

  it('a query of list with an undefined limit is refused too', async () => {
    expect(await refusalOf(METHODS.list!({ limit: undefined }))).toContain('limit is undefined')
  })

  it.each(Object.keys(METHODS))(
    'a query of %s with an unknown key is refused by name',
    async (method) => {
      for (const key of ['userID', 'user_id', 'asof', '', '__proto__', 'constructor']) {
        const query = JSON.parse(`{${JSON.stringify(key)}:1}`) as unknown
        const message = await refusalOf(METHODS[method]!(query))
        expect(message).toContain(
          `${method}: ${JSON.stringify(key)} is not a key of the query. Use `,
        )
        expect(message).toContain('asOf')
      }
    },
  )

  it.each([
    { method: 'get', keys: ['limit', 'userId', 'signal'] },
    { method: 'session', keys: ['limit', 'clientId', 'signal'] },
    { method: 'list', keys: ['userId', 'clientId', 'status', 'signal'] },
    { method: 'sessions', keys: ['signal'] },
    { method: 'all', keys: ['limit', 'offset', 'userId'] },
  ])(
    'a query of $method refuses keys that only other methods know: $keys',
    async ({ method, keys }) => {
      for (const key of keys) {
        expect(await refusalOf(METHODS[method]!({ [key]: 1 }))).toContain(JSON.stringify(key))
      }
    },
  )

  it.each([
    { key: 'limit', values: [-1, 1.5, NaN, Infinity, 2 ** 53, '10', null, true] },
    { key: 'offset', values: [-1, 0.1, NaN, Infinity, '0', null, [1]] },
    { key: 'userId', values: ['', null, 7, ['user_1'], {}] },
    { key: 'clientId', values: ['', null, 7, ['a']] },
    { key: 'status', values: ['', 'Active', 'gone', null, ['active']] },
  ])(
    'a query with a wrong $key is refused, and the value is not quoted',
    async ({ key, values }) => {
      for (const value of values) {
        const message = await refusalOf(METHODS.sessions!({ [key]: value }))
        expect(message).toMatch(new RegExp(`^sessions: ${key} must be (a|an|one) `))
      }
    },
  )

  it.each([
    { name: 'null', query: null },
    { name: 'an array', query: [] },
    { name: 'a string', query: 'userId' },
    { name: 'a Map', query: new Map([['userId', 'user_1']]) },
    { name: 'URLSearchParams', query: new URLSearchParams('userId=user_1') },
  ])('a query that is $name is refused', async ({ query }) => {
    for (const call of Object.values(METHODS)) {
      expect(await refusalOf(call(query))).toContain('the query must be a plain object')
    }
  })

  it('a query of sessions is required: {} asks for every session', async () => {
    expect(await refusalOf(METHODS.sessions!(undefined))).toContain('{} asks without conditions')
    expect(idsOf(await clients.sessions({}))).toHaveLength(3)
  })

  it('a query may have moments that are undefined: they mean now', async () => {
    const view = { at: undefined, asOf: undefined, knownAt: undefined, revoked: undefined }
    expect(await clients.get('a', view)).toEqual(await clients.get('a'))
    expect(await clients.session('sess_1', view)).toEqual(await clients.session('sess_1'))
    expect(await clients.list(view)).toEqual(await clients.list())
    expect(await clients.sessions(view)).toEqual(await clients.sessions({}))
  })

  it('a query is refused as a rejection, never as a throw of the call', () => {
    for (const call of Object.values(METHODS)) {
      const answer = call({ unknown: 1 })
      answer.catch(() => undefined)
      expect(answer).toBeInstanceOf(Promise)
    }
  })

  it('a query with an undefined filter does not compile', () => {
    const wrong = (open: Clients, userId: string | undefined): ReadonlyArray<unknown> => [
      // @ts-expect-error `userId` may be absent, but not undefined
      () => open.sessions({ userId }),
      // @ts-expect-error `limit` may be absent, but not undefined
      () => open.list({ limit: undefined }),
      // @ts-expect-error a misspelt key
      () => open.sessions({ userID: 'user_1' }),
      // @ts-expect-error the query is required
      () => open.sessions(),
    ]
    expect(wrong(clients, undefined)).toHaveLength(4)
  })
})
