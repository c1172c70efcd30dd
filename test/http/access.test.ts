import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aHandler, ask, AUTHORIZATION, NOW, SECRET_KEY, someClients } from './given.js'

const clients = await someClients()
const handler = aHandler(clients)

const askWith = (authorization?: string, path = '/v1/clients/client_1') =>
  ask(handler, path, authorization === undefined ? {} : { headers: { authorization } })

describe('the secret key', () => {
  it.each([
    { name: 'no header', authorization: undefined },
    { name: 'an empty header', authorization: '' },
    { name: 'no key', authorization: 'Bearer' },
    { name: 'a space for a key', authorization: 'Bearer ' },
    { name: 'a key cut short', authorization: 'Bearer sk_test_canary_ke' },
    { name: 'a key with one more letter', authorization: 'Bearer sk_test_canary_keyy' },
    { name: 'two keys', authorization: 'Bearer sk_test_canary_key sk_test_canary_key' },
    { name: 'another scheme', authorization: `Basic ${SECRET_KEY}` },
    { name: 'no scheme', authorization: SECRET_KEY },
    { name: 'a letter beyond ASCII', authorization: 'Bearer \u00e4' },
    { name: 'a very long key', authorization: `Bearer ${'x'.repeat(10_000)}` },
  ])('the secret key is refused with 401 if the request has $name', async ({ authorization }) => {
    const { status, json, headers } = await askWith(authorization)
    expect(status).toBe(401)
    expect(json).toMatchObject({ errors: [{ code: 'clerk_key_invalid' }] })
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })

  it('the secret key is checked before parameters and ids', async () => {
    expect((await askWith(undefined, '/v1/sessions?limit=0')).status).toBe(401)
    expect((await askWith(undefined, '/v1/sessions?unknown=1')).status).toBe(401)
    expect((await askWith(undefined, '/v1/clients/unknown')).status).toBe(401)
  })

  it('the secret key is accepted with more spaces, and with the scheme in any case', async () => {
    expect((await askWith(`bearer  ${SECRET_KEY} `)).status).toBe(200)
  })

  it.each(['/v1/clients', '/v1/clients/client_1', '/v1/sessions'])(
    'the secret key must be set, or %s does not exist',
    async (path) => {
      const closed = aHandler(clients, { secretKey: undefined })
      expect((await ask(closed, path)).status).toBe(404)
      expect((await ask(closed, path, { headers: { authorization: 'Bearer ' } })).status).toBe(404)
      expect((await ask(closed, path, { headers: {} })).status).toBe(404)
    },
  )

  it.each(['', ' ', 'two words', 'ä', 'a\n', '"sk_1"', "'sk_1'"])(
    'the secret key cannot be %j',
    (secretKey) => {
      expect(() => aHandler(clients, { secretKey })).toThrow(TypeError)
    },
  )
})

describe('methods', () => {
  it('HEAD is answered like GET, without a body', async () => {
    const head = { method: 'HEAD', headers: AUTHORIZATION }
    expect(await ask(handler, '/v1/clients/client_1', head)).toMatchObject({
      status: 200,
      text: '',
    })
    expect(await ask(handler, '/v1/clients/unknown', head)).toMatchObject({ status: 404, text: '' })
    expect((await ask(handler, '/v1/clients', { method: 'HEAD' })).status).toBe(401)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    '%s under /v1 is answered 501, and 401 without the key',
    async (method) => {
      for (const path of ['/v1/clients/client_1', '/v1/sessions', '/v1/sessions/sess_1/revoke']) {
        expect((await ask(handler, path, { method })).status).toBe(401)
        const answer = await ask(handler, path, { method, headers: AUTHORIZATION })
        expect(answer).toMatchObject({
          status: 501,
          json: { errors: [{ code: 'not_implemented' }] },
        })
      }
    },
  )

  it.each(['/v1', '/v1/', '/v1/users', '/v1/clients/client_1/x', '/v1/sessions/sess_1/tokens'])(
    'GET of %s, which only Clerk answers, is answered 501 and not 404',
    async (path) => {
      expect((await ask(handler, path)).status).toBe(501)
      expect((await ask(handler, path, {})).status).toBe(401)
    },
  )

  it.each(['/', '/v2/clients', '/nowhere', '/v10'])(
    'GET of %s, which is no path of that API, is answered 404',
    async (path) => {
      expect((await ask(handler, path)).status).toBe(404)
    },
  )

  it('GET on the webhook path is answered 405 with the methods that it allows', async () => {
    const { status, headers, json } = await ask(handler, '/webhooks/clerk', {})
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'POST, OPTIONS' })
    expect(json).toMatchObject({
      errors: [{ long_message: 'This path answers POST, OPTIONS only.' }],
    })
  })

  it('OPTIONS names the methods that a path allows', async () => {
    const options = { method: 'OPTIONS' }
    const { status, headers } = await ask(handler, '/webhooks/clerk', options)
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 204, allow: 'POST, OPTIONS' })
    expect((await ask(handler, '/nowhere', options)).status).toBe(404)
  })
})

describe('a store that fails', () => {
  const broken = openClients({
    store: {
      ...openMemoryStore(),
      readClient: () => Promise.reject(new StoreUnavailable('unreachable', 'secret canary')),
      readAll: () => {
        throw new StoreUnavailable('unreachable', 'secret canary')
      },
      clientsOfSession: () => Promise.reject(new Error('a defect, canary')),
    },
  })

  it.each(['/v1/clients', '/v1/clients/client_1', '/v1/sessions', '/healthz'])(
    'a store that fails is answered 503 on %s, without its message',
    async (path) => {
      const { status, json, text } = await ask(aHandler(broken), path)
      expect(status).toBe(503)
      expect(json).toMatchObject({ errors: [{ code: 'service_unavailable' }] })
      expect(text).not.toContain('canary')
    },
  )

  it('a defect is answered 500, without its message', async () => {
    const { status, text } = await ask(aHandler(broken), '/v1/sessions/sess_1?as_of=2026-05-28')
    expect({ status, isQuiet: !text.includes('canary') }).toEqual({ status: 500, isQuiet: true })
  })

  it('a store that does not answer in time makes the health check answer 503', async () => {
    const hanging = openClients({
      store: { ...openMemoryStore(), readClient: () => new Promise<never>(() => undefined) },
    })
    expect((await ask(aHandler(hanging), '/healthz')).status).toBe(503)
  })
})

describe('the health check', () => {
  it('the health check is answered without a key', async () => {
    expect(await ask(handler, '/healthz', {})).toMatchObject({
      status: 200,
      json: { status: 'ok' },
    })
  })
})

describe('the request log', () => {
  it('the request log holds patterns, words and figures, and nothing of the request', async () => {
    const ownHandler = aHandler(clients)
    await ask(ownHandler, '/v1/clients/client_1?at=2024-05-29')
    await ask(ownHandler, '/v1/clients/client_canary')
    await ask(ownHandler, '/v1/clients/client_1?canary=canary')
    await ask(ownHandler, '/v1/sessions?limit=canary')
    await ask(ownHandler, '/canary/path')
    await ask(ownHandler, '/v1/clients', { headers: { authorization: 'Bearer canary' } })
    await ask(ownHandler, '/v1/clients', { method: 'CANARY', headers: AUTHORIZATION })
    await ask(ownHandler, '/v1/sessions/canary/revoke')
    await ask(ownHandler, '/webhooks/clerk', { method: 'CANARY' })
    expect(ownHandler.logged.map(({ milliseconds: _, ...entry }) => entry)).toEqual(
      [
        { method: 'GET', route: '/v1/clients/{id}', status: 200, outcome: 'ok' },
        { method: 'GET', route: '/v1/clients/{id}', status: 404, outcome: 'not-found' },
        { method: 'GET', route: '/v1/clients/{id}', status: 422, outcome: 'invalid-parameter' },
        { method: 'GET', route: '/v1/sessions', status: 422, outcome: 'invalid-parameter' },
        { method: 'GET', route: 'unmatched', status: 404, outcome: 'not-found' },
        { method: 'GET', route: '/v1/clients', status: 401, outcome: 'unauthorized' },
        { method: 'OTHER', route: '/v1/clients', status: 501, outcome: 'not-implemented' },
        { method: 'GET', route: '/v1/*', status: 501, outcome: 'not-implemented' },
        { method: 'OTHER', route: '/webhooks/clerk', status: 405, outcome: 'method-not-allowed' },
      ].map((entry) => ({ time: new Date(NOW).toISOString(), ...entry })),
    )
    expect(JSON.stringify(ownHandler.logged)).not.toMatch(/canary/i)
  })

  it('the request log does not fail the request if it throws', async () => {
    const loud = aHandler(clients, {
      log: () => {
        throw new Error('the log')
      },
    })
    expect((await ask(loud, '/v1/clients/client_1')).status).toBe(200)
  })
})

describe('a base path', () => {
  it.each(['/api', '/api/', '/api/clerk'])(
    'a base path is a prefix of every path: %s',
    async (basePath) => {
      const mounted = aHandler(clients, { basePath })
      const prefix = basePath.replace(/\/$/, '')
      expect((await ask(mounted, `${prefix}/v1/clients/client_1`)).status).toBe(200)
      expect((await ask(mounted, '/v1/clients/client_1')).status).toBe(404)
    },
  )
})
