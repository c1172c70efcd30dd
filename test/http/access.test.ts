import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aHandler, ask, AUTHORIZATION, NOW, SECRET_KEY, someClients } from './given.js'

const clients = await someClients()
const handler = aHandler(clients)

describe('the secret key', () => {
  const asked = (authorization?: string, path = '/v1/clients/client_1') =>
    ask(handler, path, authorization === undefined ? {} : { headers: { authorization } })

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer sk_test_canary_ke',
    'Bearer sk_test_canary_keyy',
    'Bearer sk_test_canary_key sk_test_canary_key',
    `Basic ${SECRET_KEY}`,
    SECRET_KEY,
    'Bearer \u00e4',
    `Bearer ${'x'.repeat(10_000)}`,
  ])('is asked for: %j', async (authorization) => {
    const { status, json, headers } = await asked(authorization)
    expect(status).toBe(401)
    expect(json).toMatchObject({ errors: [{ code: 'clerk_key_invalid' }] })
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })

  it('is asked for before anything else is said', async () => {
    expect((await asked(undefined, '/v1/sessions?limit=0')).status).toBe(401)
    expect((await asked(undefined, '/v1/clients/nobody')).status).toBe(401)
    expect((await asked(`bearer  ${SECRET_KEY} `)).status).toBe(200)
  })

  it('that is not set leaves nothing to read', async () => {
    const closed = aHandler(clients, { secretKey: undefined })
    for (const path of ['/v1/clients', '/v1/clients/client_1', '/v1/sessions']) {
      expect((await ask(closed, path)).status).toBe(404)
      expect((await ask(closed, path, { headers: { authorization: 'Bearer ' } })).status).toBe(404)
      expect((await ask(closed, path, { headers: {} })).status).toBe(404)
    }
  })

  it.each(['', ' ', 'two words', 'ä', 'a\n'])('cannot be %j', (secretKey) => {
    expect(() => aHandler(clients, { secretKey })).toThrow(TypeError)
  })
})

describe('methods', () => {
  it('GET and HEAD read', async () => {
    const head = { method: 'HEAD', headers: AUTHORIZATION }
    expect(await ask(handler, '/v1/clients/client_1', head)).toMatchObject({
      status: 200,
      text: '',
    })
    expect(await ask(handler, '/v1/clients/nobody', head)).toMatchObject({ status: 404, text: '' })
    expect((await ask(handler, '/v1/clients', { method: 'HEAD' })).status).toBe(401)
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is told what there is', async (method) => {
    const { status, headers } = await ask(handler, '/v1/clients/client_1', { method })
    expect({ status, allow: headers.get('allow') }).toEqual({
      status: 405,
      allow: 'GET, HEAD, OPTIONS',
    })
  })

  it('OPTIONS names them', async () => {
    const options = { method: 'OPTIONS' }
    const { status, headers } = await ask(handler, '/webhooks/clerk', options)
    expect({ status, allow: headers.get('allow') }).toEqual({ status: 204, allow: 'POST, OPTIONS' })
    expect((await ask(handler, '/webhooks/clerk', {})).status).toBe(405)
    expect((await ask(handler, '/nowhere', options)).status).toBe(404)
  })
})

describe('a store that does not answer', () => {
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

  it('is told with 503, and what is wrong with it is not', async () => {
    for (const path of ['/v1/clients', '/v1/clients/client_1', '/v1/sessions', '/healthz']) {
      const { status, json, text } = await ask(aHandler(broken), path)
      expect(status).toBe(503)
      expect(json).toMatchObject({ errors: [{ code: 'service_unavailable' }] })
      expect(text).not.toContain('canary')
    }
  })

  it('or a defect, with 500', async () => {
    const { status, text } = await ask(aHandler(broken), '/v1/sessions/sess_1')
    expect({ status, isQuiet: !text.includes('canary') }).toEqual({ status: 500, isQuiet: true })
  })

  it('and a log that throws, harm nobody', async () => {
    const loud = aHandler(clients, {
      log: () => {
        throw new Error('the log')
      },
    })
    expect((await ask(loud, '/v1/clients/client_1')).status).toBe(200)
  })

  it('hangs no longer than patience lasts', async () => {
    const hanging = openClients({
      store: { ...openMemoryStore(), readClient: () => new Promise<never>(() => undefined) },
    })
    expect((await ask(aHandler(hanging), '/healthz')).status).toBe(503)
  })
})

describe('health', () => {
  it('is told without a key, and nothing else is', async () => {
    expect(await ask(handler, '/healthz', {})).toMatchObject({
      status: 200,
      json: { status: 'ok' },
    })
  })
})

describe('what is logged', () => {
  it('holds patterns, words and figures, and nothing of the request', async () => {
    const own = aHandler(clients)
    await ask(own, '/v1/clients/client_1?at=2024-05-29')
    await ask(own, '/v1/clients/client_canary?x=canary')
    await ask(own, '/v1/sessions?limit=canary')
    await ask(own, '/canary/path')
    await ask(own, '/v1/clients', { headers: { authorization: 'Bearer canary' } })
    await ask(own, '/v1/clients', { method: 'CANARY' })
    expect(own.logged.map(({ milliseconds: _, ...entry }) => entry)).toEqual(
      [
        { method: 'GET', route: '/v1/clients/{id}', status: 200, outcome: 'ok' },
        { method: 'GET', route: '/v1/clients/{id}', status: 404, outcome: 'not-found' },
        { method: 'GET', route: '/v1/sessions', status: 422, outcome: 'invalid-parameter' },
        { method: 'GET', route: 'unmatched', status: 404, outcome: 'not-found' },
        { method: 'GET', route: '/v1/clients', status: 401, outcome: 'unauthorized' },
        { method: 'OTHER', route: '/v1/clients', status: 405, outcome: 'method-not-allowed' },
      ].map((entry) => ({ time: new Date(NOW).toISOString(), ...entry })),
    )
    expect(JSON.stringify(own.logged)).not.toMatch(/canary/i)
  })
})

describe('a base path', () => {
  it.each(['/api', '/api/', '/api/clerk'])('stands before all others: %s', async (basePath) => {
    const mounted = aHandler(clients, { basePath })
    const prefix = basePath.replace(/\/$/, '')
    expect((await ask(mounted, `${prefix}/v1/clients/client_1`)).status).toBe(200)
    expect((await ask(mounted, '/v1/clients/client_1')).status).toBe(404)
  })
})
