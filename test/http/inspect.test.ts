import { describe, expect, it } from 'vitest'
import type { Clients } from '../../src/clients/clients.js'
import type { Handler, HandlerOptions } from '../../src/http/handler.js'
import type { Inspection } from '../../src/inspect/inspection.js'
import { aSessionEvent, DAY, T0 } from '../given.js'
import { aHandler, ask, AUTHORIZATION, inMemory, NOW, SECRET_KEY, someClients } from './given.js'

const inspecting = (clients: Clients, options: Partial<HandlerOptions> = {}) =>
  aHandler(clients, { inspect: true, ...options })

const post = (
  handler: Pick<Handler, 'fetch'>,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = AUTHORIZATION,
) =>
  ask(handler, path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })

const signIn = async (handler: Pick<Handler, 'fetch'>): Promise<string> => {
  const { headers } = await post(handler, '/inspect/login', { secret: SECRET_KEY }, {})
  return headers.get('set-cookie') ?? ''
}

const found = async (handler: Pick<Handler, 'fetch'>, id: string) =>
  (await post(handler, '/inspect/find', { id })).json as Inspection | null

const DATA_PATHS = [
  '/inspect/find',
  '/inspect/quarantine',
  '/inspect/quarantine/body',
  '/inspect/quarantine/retry',
]

describe('the inspector', () => {
  it('is off unless it is switched on, and needs a secret key', async () => {
    const handler = aHandler(inMemory())
    for (const path of ['/inspect', '/inspect/inspector.js', '/inspect/find']) {
      expect((await ask(handler, path)).status).toBe(404)
    }
    expect(() => inspecting(inMemory(), { secretKey: undefined })).toThrow(/needs a secretKey/)
  })

  it('is a page that may load only what its own server has', async () => {
    const { status, headers, text } = await ask(inspecting(inMemory()), '/inspect', {})
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    // Every script has a source: there is nothing inline.
    expect(text.match(/<script(?! src=)/g)).toBe(null)
    expect(text).not.toMatch(/<style|\son[a-z]+=|https?:/)
  })

  it.each(DATA_PATHS)('the path %s answers only who signed in', async (path) => {
    const handler = inspecting(await someClients())
    const body = { id: 'client_1' }
    expect((await post(handler, path, body, {})).status).toBe(401)
    const wrong = { authorization: 'Bearer sk_wrong' }
    expect((await post(handler, path, body, wrong)).status).toBe(401)
    const cookie = await signIn(handler)
    const code = cookie.slice(0, cookie.indexOf(';'))
    expect((await post(handler, path, body, { cookie: `a=b; ${code}` })).status).not.toBe(401)
    const forged = `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`
    expect((await post(handler, path, body, { cookie: forged })).status).toBe(401)
  })

  it('the stream of changes answers only who signed in', async () => {
    const handler = inspecting(await someClients())
    expect((await ask(handler, '/inspect/changes', {})).status).toBe(401)
    const headers = { cookie: (await signIn(handler)).replace(/;.*/, '') }
    const request = new Request('http://localhost/inspect/changes', { method: 'HEAD', headers })
    const { status, headers: answered } = await handler.fetch(request)
    expect(status).toBe(200)
    expect(answered.get('content-type')).toBe('text/event-stream')
    handler.close()
  })

  it('signs in with the read secret only, by a cookie that no script and no other site can use', async () => {
    const handler = inspecting(inMemory())
    for (const secret of ['', 'sk_wrong', `${SECRET_KEY} `, SECRET_KEY.slice(0, -1)]) {
      const { status, headers } = await post(handler, '/inspect/login', { secret }, {})
      expect(status).toBe(secret === `${SECRET_KEY} ` ? 200 : 401)
      if (status === 401) expect(headers.get('set-cookie')).toBe(null)
    }
    const cookie = await signIn(handler)
    expect(cookie).toMatch(
      /^clientfold_inspector=\d+\.[0-9a-f]{64}; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    )
    expect(cookie).not.toContain(SECRET_KEY)
    const https = { 'x-forwarded-proto': 'https' }
    const secure = await post(handler, '/inspect/login', { secret: SECRET_KEY }, https)
    expect(secure.headers.get('set-cookie')).toMatch(/; SameSite=Strict; Secure$/)
    const ended = await post(handler, '/inspect/logout', {}, {})
    expect(ended.headers.get('set-cookie')).toMatch(/^clientfold_inspector=; Max-Age=0; HttpOnly/)
  })

  it('a cookie ends after half a day, and with its secret', async () => {
    let now = NOW
    const clients = await someClients()
    const handler = inspecting(clients, { now: () => now })
    const cookie = (await signIn(handler)).replace(/;.*/, '')
    const statusIn = async (each: Pick<Handler, 'fetch'>) =>
      (await post(each, '/inspect/find', { id: 'x' }, { cookie })).status
    expect(await statusIn(handler)).toBe(200)
    // Another process with the same secret knows it too.
    expect(await statusIn(inspecting(clients))).toBe(200)
    expect(await statusIn(inspecting(clients, { secretKey: 'sk_other' }))).toBe(401)
    now += DAY / 2
    expect(await statusIn(handler)).toBe(401)
  })

  it('refuses a body that another site can send without consent, and one that says nothing', async () => {
    const handler = inspecting(inMemory())
    const plain = { 'content-type': 'text/plain' }
    expect(
      (await post(handler, '/inspect/find', { id: 'x' }, { ...AUTHORIZATION, ...plain })).status,
    ).toBe(400)
    for (const body of [{}, { id: 1 }, null, [], 'id']) {
      expect((await post(handler, '/inspect/find', body)).status).toBe(400)
    }
    const long = { id: 'x'.repeat(2_097_153) }
    expect((await post(handler, '/inspect/find', long)).status).toBe(400)
  })

  it('finds a client, a session and a user, with all their events', async () => {
    const handler = inspecting(await someClients())
    expect(await found(handler, 'client_1')).toMatchObject({
      ...{ id: 'client_1', foundAs: 'client', devices: [], now: NOW },
      clients: [{ id: 'client_1', revisions: [1, 2, 3] }],
    })
    const session = await found(handler, 'sess_3')
    expect(session).toMatchObject({ foundAs: 'session', clients: [{ id: 'client_2' }] })
    const user = await found(handler, 'user_1')
    expect(user?.foundAs).toBe('user')
    expect(user?.clients.map(({ id }) => id).sort()).toEqual(['client_1', 'client_3'])
    expect(user?.devices.map(({ client_id }) => client_id).sort()).toEqual(['client_1', 'client_3'])
    expect(await found(handler, 'nothing')).toBe(null)
    expect(await found(handler, '')).toBe(null)
  })

  it('sends events as the library has them, so that the page folds the same', async () => {
    const clients = await someClients()
    const history = (await clients.history('client_1')).map(({ event }) => event)
    const inspection = await found(inspecting(clients), 'client_1')
    expect(inspection?.clients[0]?.events).toEqual(history)
  })

  it('no id is in its log', async () => {
    const clients = await someClients()
    const handler = inspecting(clients)
    for (const path of DATA_PATHS) await post(handler, path, { id: 'client_1' })
    await ask(handler, '/inspect/changes?client_id=client_1&x=1')
    expect(handler.logged.length).toBeGreaterThanOrEqual(5)
    const log = JSON.stringify(handler.logged)
    expect(log).not.toMatch(/client_1|sess_|user_|canary/)
    expect(log).toContain('"route":"/inspect/find"')
  })
})

describe('the quarantine in the inspector', () => {
  const body = Buffer.from(JSON.stringify(aSessionEvent({ id: 'sess_q' })))
  const waiting = async (): Promise<Clients> => {
    const clients = inMemory()
    await clients.quarantine.keep({ id: 'msg_1', receivedAt: T0, reason: 'not JSON', body })
    await clients.quarantine.keep({
      ...{ id: 'msg_2', receivedAt: T0 + 1, reason: 'not JSON' },
      body: Buffer.from('{'),
    })
    return clients
  }

  it('lists deliveries with their reasons, and a body only on demand', async () => {
    const handler = inspecting(await waiting())
    const { json, text } = await post(handler, '/inspect/quarantine', {})
    expect(json).toEqual({
      entries: [
        { id: 'msg_1', receivedAt: T0, reason: 'not JSON', bytes: body.length },
        { id: 'msg_2', receivedAt: T0 + 1, reason: 'not JSON', bytes: 1 },
      ],
      ...{ isCut: false, canRetry: false },
    })
    expect(text).not.toContain('sess_q')
    const shown = await post(handler, '/inspect/quarantine/body', { id: 'msg_1' })
    expect(shown.json).toEqual({ body: body.toString() })
    expect((await post(handler, '/inspect/quarantine/body', { id: 'msg_9' })).status).toBe(404)
  })

  it('retries a delivery only where that is switched on', async () => {
    const clients = await waiting()
    const refused = await post(inspecting(clients), '/inspect/quarantine/retry', { id: 'msg_1' })
    expect(refused.status).toBe(403)
    expect(await clients.history('client_1')).toEqual([])

    const handler = inspecting(clients, { inspect: { retry: true } })
    const done = await post(handler, '/inspect/quarantine/retry', { id: 'msg_1' })
    expect(done.json).toEqual({ isDone: true, sentence: 'recorded' })
    expect(await clients.history('client_1')).toHaveLength(1)
    const still = await post(handler, '/inspect/quarantine/retry', { id: 'msg_2' })
    expect(still.json).toMatchObject({ isDone: false })
    expect((await post(handler, '/inspect/quarantine/retry', { id: 'msg_1' })).status).toBe(404)
  })
})
