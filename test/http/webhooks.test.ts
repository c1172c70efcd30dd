import { request as httpRequest, type ClientRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { eventText } from '../../src/events/encode-event.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { WebhookSecretInvalid } from '../../src/webhooks/index.js'
import { aSessionEvent } from '../given.js'
import { aHandler, ask, delivery, inMemory, listening, NOW, signed } from './given.js'

const BODY = eventText(aSessionEvent({ user_id: 'user_canary' }))
const LIMIT = 262_144

const withTwoIds = (): RequestInit => {
  const headers = new Headers(signed('msg_1', BODY))
  headers.append('svix-id', 'msg_1')
  return { method: 'POST', body: BODY, headers }
}

describe('a delivery', () => {
  it('a delivery that Svix signed is recorded once, and can be read at once', async () => {
    const clients = inMemory()
    const handler = aHandler(clients)
    const first = await ask(handler, '/webhooks/clerk', delivery('msg_1', BODY))
    expect(first).toMatchObject({ status: 200, json: { outcome: 'recorded' } })
    const again = await ask(handler, '/webhooks/clerk', delivery('msg_1', BODY, { at: NOW + 5000 }))
    expect(again).toMatchObject({ status: 200, json: { outcome: 'duplicate' } })
    expect(await clients.history('client_1')).toMatchObject([{ event: { id: 'msg_1' } }])
    const { json } = await ask(handler, '/v1/clients/client_1')
    expect(json).toMatchObject({ session_ids: ['sess_1'] })
    expect(handler.logged.map(({ outcome }) => outcome)).toEqual(['recorded', 'duplicate', 'ok'])
    expect(JSON.stringify(handler.logged)).not.toMatch(/canary|msg_1|client_1/)
  })

  it.each([
    {
      ...{ name: 'has another type is ignored', body: '{"type":"user.created","data":{}}' },
      ...{ status: 200, outcome: 'ignored', quarantined: [] },
    },
    {
      ...{
        name: 'is not a valid event is quarantined',
        body: '{"type":"session.created","data":7}',
      },
      ...{ status: 202, outcome: 'quarantined', quarantined: ['msg_1'] },
    },
  ])(
    'a delivery that $name, and answered $status',
    async ({ body, status, outcome, quarantined }) => {
      const clients = inMemory()
      const answer = await ask(aHandler(clients), '/webhooks/clerk', delivery('msg_1', body))
      expect(answer).toMatchObject({ status, json: { outcome } })
      const ids = []
      for await (const { id } of clients.quarantine.all()) ids.push(id)
      expect(ids).toEqual(quarantined)
    },
  )

  it.each([
    {
      ...{ name: 'has the signature of another secret', status: 401 },
      ...{ init: delivery('msg_1', BODY, { secret: `whsec_${'Z'.repeat(32)}` }) },
      sentence: /^Refused: no signature matches; check that the signing secret/,
    },
    {
      ...{ name: 'was sent too long ago', status: 400 },
      ...{ init: delivery('msg_1', BODY, { at: NOW - 301_000 }) },
      sentence: /^Refused: it was sent too long ago; if it is new, check the clock/,
    },
    {
      ...{ name: 'was sent in the future', status: 400 },
      ...{ init: delivery('msg_1', BODY, { at: NOW + 301_000 }) },
      sentence: /^Refused: its timestamp is in the future; check the clock/,
    },
    {
      ...{ name: 'has no headers', status: 400, init: { method: 'POST', body: BODY } },
      sentence: /^Refused: the headers svix-id, .+ must each be present exactly once\.$/,
    },
    {
      ...{ name: 'has no body', status: 401 },
      ...{ init: { method: 'POST', headers: signed('msg_1', BODY) } },
      sentence: /^Refused: no signature matches/,
    },
    {
      ...{ name: 'has a header twice', status: 400, init: withTwoIds() },
      sentence: /^Refused: the header svix-id is empty or malformed/,
    },
  ])(
    'a delivery that $name is refused in the form of Clerk',
    async ({ init, status, sentence }) => {
      const clients = inMemory()
      const answer = await ask(aHandler(clients), '/webhooks/clerk', init)
      expect(answer.status).toBe(status)
      expect(answer.json).toMatchObject({
        errors: [
          { code: 'webhook_refused', long_message: expect.stringMatching(sentence) as string },
        ],
      })
      expect(answer.text).not.toContain('canary')
      expect(await clients.history('client_1')).toEqual([])
    },
  )

  it('a delivery is answered 503 if the store cannot record it, so that the sender tries again', async () => {
    const store = openMemoryStore()
    const clients = openClients({
      store: { ...store, record: () => Promise.reject(new StoreUnavailable('storage', 'canary')) },
    })
    const answer = await ask(aHandler(clients), '/webhooks/clerk', delivery('msg_1', BODY))
    expect(answer).toMatchObject({ status: 503 })
    expect(answer.text).not.toContain('canary')
  })

  it('a delivery is answered 404 if no signing secret is set', async () => {
    const closed = aHandler(inMemory(), { signingSecrets: undefined })
    expect((await ask(closed, '/webhooks/clerk', delivery('msg_1', BODY))).status).toBe(404)
  })
})

describe('a handler', () => {
  it.each([
    { name: 'an empty secret', signingSecrets: '' },
    { name: 'only the prefix of a secret', signingSecrets: 'whsec_' },
    { name: 'an empty list of secrets', signingSecrets: [] },
    { name: 'a secret without prefix', signingSecrets: ['secret'] },
  ])('a handler is not created with $name', ({ signingSecrets }) => {
    expect(() => aHandler(inMemory(), { signingSecrets })).toThrow(WebhookSecretInvalid)
  })
})

describe('a body', () => {
  const handler = aHandler(inMemory())
  const send = (init: RequestInit) => ask(handler, '/webhooks/clerk', init)
  const ofLength = (length: number): string =>
    BODY.slice(0, -1) + ' '.repeat(length - BODY.length) + '}'

  it.each([
    { length: LIMIT, status: 200 },
    { length: LIMIT + 1, status: 413 },
    { length: 1 << 20, status: 413 },
  ])('a body of $length bytes is answered $status', async ({ length, status }) => {
    expect((await send(delivery(`msg_${length}`, ofLength(length)))).status).toBe(status)
  })

  it('a body is not read beyond the limit, whatever its content-length says', async () => {
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    const headers = { ...signed('msg_1', BODY), 'content-length': '10' }
    const init = { method: 'POST', body: endless, headers, duplex: 'half' } as RequestInit
    expect((await send(init)).status).toBe(413)
    expect(pulled).toBeLessThan(8)
  })

  const bomb = gzipSync(Buffer.alloc(50_000_000))

  it.each(['gzip', 'deflate', 'br', 'identity, gzip', 'x'])(
    'a body with the content-encoding %s is answered 415',
    async (encoding) => {
      const headers = { ...signed('msg_1', BODY), 'content-encoding': encoding }
      expect((await send({ method: 'POST', body: bomb, headers })).status).toBe(415)
    },
  )

  it('a body with the content-encoding identity is read as it is', async () => {
    const init = delivery('msg_7', BODY)
    const headers = { ...(init.headers as object), 'content-encoding': 'identity' }
    expect((await send({ ...init, headers })).status).toBe(200)
  })
})

describe('a connection', () => {
  const post = async (headers: Record<string, string> = {}): Promise<ClientRequest> =>
    httpRequest(`${await listening(aHandler(inMemory()))}/webhooks/clerk`, {
      method: 'POST',
      headers: { ...signed('msg_1', BODY), ...headers },
    })

  const statusOf = (sent: ClientRequest): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      sent.on('response', (response) => {
        response.resume()
        resolve(response.statusCode)
      })
      sent.on('error', reject)
    })

  it('a connection is closed after a chunked body without end', async () => {
    const sent = await post()
    let bytes = 0
    const closed = new Promise<void>((resolve) => sent.on('close', resolve))
    const status = statusOf(sent)
    sent.on('error', () => undefined)
    const send = (): void => {
      if (sent.destroyed) return
      bytes += 16_384
      sent.write(Buffer.alloc(16_384, 32), () => setTimeout(send, 1))
    }
    send()
    expect(await status).toBe(413)
    await closed
    // The buffers of the system hold some more when the answer is written.
    expect(bytes).toBeLessThan(8_000_000)
  })

  it('a request whose content-length is beyond the limit is answered 413 before the body comes', async () => {
    const sent = await post({ 'content-length': String(10 * LIMIT) })
    const status = statusOf(sent)
    sent.flushHeaders()
    expect(await status).toBe(413)
    sent.destroy()
  })

  it('a connection that breaks off during a body does not affect the next one', async () => {
    const url = await listening(aHandler(inMemory()))
    const sent = httpRequest(`${url}/webhooks/clerk`, {
      method: 'POST',
      headers: { ...signed('msg_1', BODY), 'content-length': '1000' },
    })
    sent.on('error', () => undefined)
    sent.write('{"type":')
    await new Promise((resolve) => setTimeout(resolve, 50))
    sent.destroy()
    const { status } = await fetch(`${url}/webhooks/clerk`, {
      ...delivery('msg_2', BODY),
      keepalive: false,
    })
    expect(status).toBe(200)
  })
})
