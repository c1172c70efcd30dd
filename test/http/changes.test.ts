import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { openClients, type Clients } from '../../src/clients/clients.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { startServer } from '../../src/http/server.js'
import { aSessionEvent } from '../given.js'
import { newPath } from '../stores/sqlite/given.js'
import { aHandler, ask, AUTHORIZATION, inMemory, listening, SECRET_KEY } from './given.js'

/** One message of a stream. */
interface Message {
  readonly id: string | undefined
  readonly data: Record<string, unknown> | undefined
}

const messageOf = (block: string): Message => {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
  const data = field('data')
  return {
    id: field('id'),
    data: data === undefined ? undefined : (JSON.parse(data) as Record<string, unknown>),
  }
}

const ends: Array<() => void> = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

/** Opens a stream, as EventSource does with a header more. */
const openStream = async (base: string, query = '', headers: Record<string, string> = {}) => {
  const abort = new AbortController()
  ends.push(() => {
    abort.abort()
  })
  const response = await fetch(`${base}/v1/changes${query}`, {
    headers: { ...AUTHORIZATION, ...headers },
    signal: abort.signal,
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  /** The text up to the next blank line; undefined at the end of the stream. */
  const nextBlock = async (): Promise<string | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        return block
      }
      const part = await reader?.read()
      if (part?.value === undefined) return undefined
      text += part.value
    }
  }
  const nextChange = async (): Promise<Message | undefined> => {
    for (;;) {
      const block = await nextBlock()
      if (block === undefined) return undefined
      const message = messageOf(block)
      if (message.data !== undefined) return message
    }
  }
  return {
    ...{ response, nextBlock, nextChange },
    end: () => {
      abort.abort()
    },
  }
}

const serve = async (clients: Clients, options: Parameters<typeof aHandler>[1] = {}) => {
  const handler = aHandler(clients, options)
  ends.push(handler.close)
  return { handler, url: await listening(handler) }
}

const aChange = (id: string, clientId = 'client_1', userId = 'user_1') =>
  aSessionEvent({ id, client_id: clientId, user_id: userId })

describe('GET /v1/changes', () => {
  it('a change comes as a message with the client, the client before, the events and a position', async () => {
    const clients = inMemory()
    const { url } = await serve(clients)
    const { response, nextBlock, nextChange } = await openStream(url)
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    expect(await nextBlock()).toMatch(/^retry: 1000\nid: .+$/)
    await clients.record(aChange('sess_1'))
    expect(await nextChange()).toMatchObject({
      id: expect.any(String) as string,
      data: {
        client_id: 'client_1',
        client: { id: 'client_1', session_ids: ['sess_1'] },
        before: null,
        events: [{ revision: 1, event: { data: { id: 'sess_1' } } }],
      },
    })
  })

  it('a stream goes on after Last-Event-ID, or else after the parameter', async () => {
    const clients = inMemory()
    const { url } = await serve(clients)
    const first = await openStream(url)
    const begin = messageOf((await first.nextBlock()) ?? '').id ?? ''
    await clients.record(aChange('sess_1'))
    const id = (await first.nextChange())?.id ?? ''
    first.end()
    await clients.record(aChange('sess_2', 'client_2'))
    const byHeader = await openStream(url, `?after=${encodeURIComponent(begin)}`, {
      'last-event-id': id,
    })
    expect((await byHeader.nextChange())?.data).toMatchObject({ client_id: 'client_2' })
    const byParameter = await openStream(url, `?after=${encodeURIComponent(begin)}`)
    expect((await byParameter.nextChange())?.data).toMatchObject({ client_id: 'client_1' })
  })

  it('a filter gives only the clients of a user, or one client', async () => {
    const clients = inMemory()
    const { url } = await serve(clients)
    const ofUser = await openStream(url, '?user_id=user_2')
    const ofClient = await openStream(url, '?client_id=client_3')
    await clients.record([
      aChange('sess_1', 'client_1'),
      aChange('sess_2', 'client_2', 'user_2'),
      aChange('sess_3', 'client_3'),
    ])
    expect((await ofUser.nextChange())?.data).toMatchObject({ client_id: 'client_2' })
    expect((await ofClient.nextChange())?.data).toMatchObject({ client_id: 'client_3' })
  })

  it('the secret key is checked, and a parameter that the path does not know is refused', async () => {
    const handler = aHandler(inMemory())
    expect((await ask(handler, '/v1/changes', {})).status).toBe(401)
    expect((await ask(handler, '/v1/changes?user=user_1')).status).toBe(422)
    expect((await ask(handler, '/v1/changes?user_id=')).status).toBe(422)
  })

  it.each([{ position: 'unknown' }, { position: '0000000000/7/1~0' }])(
    'a position that is not of this store is answered 410, which says what to do: $position',
    async ({ position }) => {
      const clients = openClients({ store: await openSqliteStore(await newPath()) })
      const handler = aHandler(clients)
      const headers = { ...AUTHORIZATION, 'last-event-id': position }
      const { status, json } = await ask(handler, '/v1/changes', { headers })
      expect(status).toBe(410)
      expect(json).toMatchObject({
        errors: [
          {
            code: 'position_foreign',
            long_message: expect.stringContaining('without a position') as string,
          },
        ],
      })
      await clients.close()
    },
  )

  it('a store that cannot be used is answered 503', async () => {
    const clients = inMemory()
    await clients.close()
    expect((await ask(aHandler(clients), '/v1/changes')).status).toBe(503)
  })

  it('one stream more than the limit is answered 429, until another one ends', async () => {
    const { url } = await serve(inMemory(), { maxChangeStreams: 1 })
    const first = await openStream(url)
    expect(first.response.status).toBe(200)
    const second = await openStream(url)
    expect(second.response.status).toBe(429)
    expect(second.response.headers.get('retry-after')).toBe('5')
    first.end()
    await expect
      .poll(async () => (await openStream(url)).response.status, { timeout: 5000 })
      .toBe(200)
  })

  it('a stream without changes sends a comment, or the position if that has moved', async () => {
    const clients = inMemory()
    const { url } = await serve(clients, { heartbeatMilliseconds: 20 })
    const { nextBlock } = await openStream(url, '?client_id=client_1')
    const begin = messageOf((await nextBlock()) ?? '').id
    expect(await nextBlock()).toBe(': ')
    await clients.record(aChange('sess_2', 'client_2'))
    let block: string | undefined
    do block = await nextBlock()
    while (block === ': ')
    expect(block).toMatch(/^id: .+$/)
    expect(messageOf(block ?? '').id).not.toBe(begin)
  })

  it('a receiver that takes nothing is cut, and the store is not read for it meanwhile', async () => {
    const clients = inMemory()
    const { url } = await serve(clients, { heartbeatMilliseconds: 100 })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.write(
      `GET /v1/changes HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${SECRET_KEY}\r\n\r\n`,
    )
    await new Promise((resolve) => socket.once('readable', resolve))
    const long = 'x'.repeat(100_000)
    for (let n = 0; n < 200; n++) await clients.record(aChange(`sess_${n}_${long}`, `client_${n}`))
    socket.on('end', () => socket.destroy())
    await new Promise((resolve) => setTimeout(resolve, 1000))
    socket.resume()
    await closed
    expect(socket.bytesRead).toBeLessThan(10_000_000)
  })

  it('a server that stops ends its streams, and opens no other one', async () => {
    const handler = aHandler(inMemory())
    const server = await startServer(handler, { port: 0, host: '127.0.0.1' })
    const { nextBlock } = await openStream(server.url)
    await nextBlock()
    const started = performance.now()
    await server.stop()
    expect(await nextBlock()).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(4000)
    expect((await ask(handler, '/v1/changes')).status).toBe(503)
  })

  it('HEAD opens no stream', async () => {
    const handler = aHandler(inMemory(), { maxChangeStreams: 1 })
    for (let n = 0; n < 3; n++) {
      const { status } = await ask(handler, '/v1/changes', {
        method: 'HEAD',
        headers: AUTHORIZATION,
      })
      expect(status).toBe(200)
    }
  })
})
