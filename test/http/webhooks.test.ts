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

describe('a delivery', () => {
  it('signed by Svix is recorded once, and readable at once', async () => {
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

  it('of another type is ignored, and one that does not fit is quarantined: both with 2xx', async () => {
    const clients = inMemory()
    const handler = aHandler(clients)
    const asked = (id: string, body: string) => ask(handler, '/webhooks/clerk', delivery(id, body))
    expect(await asked('msg_1', '{"type":"user.created","data":{}}')).toMatchObject({
      ...{ status: 200, json: { outcome: 'ignored' } },
    })
    expect(await asked('msg_2', '{"type":"session.created","data":7}')).toMatchObject({
      ...{ status: 202, json: { outcome: 'quarantined' } },
    })
    const kept = []
    for await (const { id } of clients.quarantine.all()) kept.push(id)
    expect(kept).toEqual(['msg_2'])
  })

  it.each([
    ['another secret', delivery('msg_1', BODY, { secret: `whsec_${'Z'.repeat(32)}` }), 401],
    ['yesterday', delivery('msg_1', BODY, { at: NOW - 301_000 }), 400],
    ['tomorrow', delivery('msg_1', BODY, { at: NOW + 301_000 }), 400],
    ['no signature at all', { method: 'POST', body: BODY }, 400],
    ['no body', { method: 'POST', headers: signed('msg_1', BODY) }, 401],
    ['a header that came twice', twice(), 400],
  ])('with %s is refused in the form of Clerk', async (_name, init, status) => {
    const clients = inMemory()
    const answered = await ask(aHandler(clients), '/webhooks/clerk', init)
    expect(answered.status).toBe(status)
    expect(answered.json).toMatchObject({ errors: [{ code: 'webhook_refused' }] })
    expect(answered.text).not.toContain('canary')
    expect(await clients.history('client_1')).toEqual([])
  })

  it('is to be sent again if the store cannot take it', async () => {
    const store = openMemoryStore()
    const clients = openClients({
      store: { ...store, record: () => Promise.reject(new StoreUnavailable('storage', 'canary')) },
    })
    const answered = await ask(aHandler(clients), '/webhooks/clerk', delivery('msg_1', BODY))
    expect(answered).toMatchObject({ status: 503 })
    expect(answered.text).not.toContain('canary')
  })

  it('finds no endpoint where no signing secret is set, and none is made of a bad one', async () => {
    const closed = aHandler(inMemory(), { signingSecrets: undefined })
    expect((await ask(closed, '/webhooks/clerk', delivery('msg_1', BODY))).status).toBe(404)
    for (const signingSecrets of ['', 'whsec_', [], ['secret']]) {
      expect(() => aHandler(inMemory(), { signingSecrets })).toThrow(WebhookSecretInvalid)
    }
  })
})

function twice(): RequestInit {
  const headers = new Headers(signed('msg_1', BODY))
  headers.append('svix-id', 'msg_1')
  return { method: 'POST', body: BODY, headers }
}

describe('a body', () => {
  const handler = aHandler(inMemory())
  const asked = (init: RequestInit) => ask(handler, '/webhooks/clerk', init)
  const ofLength = (length: number): string =>
    BODY.slice(0, -1) + ' '.repeat(length - BODY.length) + '}'

  it('may have 256 KiB, and not one byte more', async () => {
    expect((await asked(delivery('msg_1', ofLength(LIMIT)))).status).toBe(200)
    expect((await asked(delivery('msg_2', ofLength(LIMIT + 1)))).status).toBe(413)
    expect((await asked(delivery('msg_3', ofLength(1 << 20)))).status).toBe(413)
  })

  it('is not read once it is too long, whatever its length is said to be', async () => {
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    const headers = { ...signed('msg_1', BODY), 'content-length': '10' }
    const init = { method: 'POST', body: endless, headers, duplex: 'half' } as RequestInit
    expect((await asked(init)).status).toBe(413)
    expect(pulled).toBeLessThan(8)
  })

  it.each(['gzip', 'deflate', 'br', 'identity, gzip', 'x'])(
    'is not taken as %s',
    async (encoding) => {
      const bomb = gzipSync(Buffer.alloc(50_000_000))
      const headers = { ...signed('msg_1', BODY), 'content-encoding': encoding }
      expect((await asked({ method: 'POST', body: bomb, headers })).status).toBe(415)
    },
  )

  it('is taken as it is if it is said to be that', async () => {
    const init = delivery('msg_7', BODY)
    const headers = { ...(init.headers as object), 'content-encoding': 'identity' }
    expect((await asked({ ...init, headers })).status).toBe(200)
  })
})

describe('over a real connection', () => {
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

  it('a chunked body without end is cut off, and the connection closed', async () => {
    const sent = await post()
    let bytes = 0
    const closed = new Promise<void>((resolve) => sent.on('close', resolve))
    const answered = statusOf(sent)
    sent.on('error', () => undefined)
    const send = (): void => {
      if (sent.destroyed) return
      bytes += 16_384
      sent.write(Buffer.alloc(16_384, 32), () => setTimeout(send, 1))
    }
    send()
    expect(await answered).toBe(413)
    await closed
    // What is in the buffers of the system when the answer is written comes on top.
    expect(bytes).toBeLessThan(8_000_000)
  })

  it('a body that is said to be too long is refused before it comes', async () => {
    const sent = await post({ 'content-length': String(10 * LIMIT) })
    const answered = statusOf(sent)
    sent.flushHeaders()
    expect(await answered).toBe(413)
    sent.destroy()
  })

  it('a body that breaks off harms nobody', async () => {
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
