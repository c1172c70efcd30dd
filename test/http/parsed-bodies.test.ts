import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express, { type RequestHandler } from 'express'
import { afterAll, describe, expect, it } from 'vitest'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent } from '../given.js'
import { aHandler, ask, delivery, inMemory, signed } from './given.js'

const BODY = eventText(aSessionEvent({ user_id: 'user_ä' }))
const servers: Server[] = []
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/** A server of Express whose parser comes before the handler; gives its URL, and the handler. */
const behind = async (parser: RequestHandler) => {
  const handler = aHandler(inMemory())
  const listener = getRequestListener(handler.fetch, { overrideGlobalObjects: false })
  const app = express()
  app.use(parser)
  app.use((request, response) => void listener(request, response))
  const server = createServer(app as unknown as RequestListener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/webhooks/clerk`, handler }
}

/** Keeps the raw body beside the parsed one, as NestJS with `rawBody: true` and Firebase do. */
const keepRaw = (convert: (bytes: Buffer) => unknown) =>
  express.json({
    verify: (request, _response, bytes) => {
      ;(request as IncomingMessage & { rawBody?: unknown }).rawBody = convert(bytes)
    },
  })

describe('a body that a parser has read', () => {
  it.each([
    { name: 'bytes in body (express.raw)', parser: express.raw({ type: '*/*' }) },
    { name: 'a text in body (express.text)', parser: express.text({ type: '*/*' }) },
    { name: 'bytes in rawBody (NestJS, Firebase)', parser: keepRaw((bytes) => bytes) },
    { name: 'a text in rawBody', parser: keepRaw((bytes) => bytes.toString('utf8')) },
    { name: 'nothing, because the type is another one', parser: express.json({ type: 'text/x' }) },
  ])('a body that a parser has read is taken if the parser left $name', async ({ parser }) => {
    const { url, handler } = await behind(parser)
    const { status } = await fetch(url, delivery('msg_1', BODY))
    expect(status).toBe(200)
    const forged = delivery('msg_2', BODY, { secret: `whsec_${'Z'.repeat(32)}` })
    expect((await fetch(url, forged)).status).toBe(401)
    expect(handler.logged.map(({ outcome }) => outcome)).toEqual([
      'recorded',
      'refused-not-genuine',
    ])
  })

  it('a body that a JSON parser has read is refused with its own reason and with what to do', async () => {
    const { url, handler } = await behind(express.json())
    const answer = await fetch(url, delivery('msg_1', BODY))
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({
      errors: [
        {
          code: 'webhook_refused',
          long_message:
            'Refused: a parser read the body before it could be verified; mount this endpoint before all body parsers, or pass the raw body (Uint8Array, ArrayBuffer or string).',
        },
      ],
    })
    expect(handler.logged).toMatchObject([{ status: 500, outcome: 'refused-body-already-read' }])
  })

  it.each([
    { name: 'was read to its end', read: (request: Request) => request.text() },
    { name: 'was read to its end as JSON', read: (request: Request) => request.json() },
    { name: 'has a reader', read: (request: Request) => request.body?.getReader() },
  ])(
    'a body of a web-standard request that $name is refused with that reason',
    async ({ read }) => {
      const handler = aHandler(inMemory())
      const request = new Request('http://localhost/webhooks/clerk', delivery('msg_1', BODY))
      await read(request)
      expect((await handler.fetch(request)).status).toBe(500)
      expect(handler.logged).toMatchObject([{ outcome: 'refused-body-already-read' }])
    },
  )

  it('a body that was announced and does not come is refused with that reason', async () => {
    const handler = aHandler(inMemory())
    const headers = { ...signed('msg_1', BODY), 'content-length': String(BODY.length) }
    const init = { method: 'POST', body: '', headers }
    expect((await ask(handler, '/webhooks/clerk', init)).status).toBe(500)
    expect(handler.logged).toMatchObject([{ outcome: 'refused-body-already-read' }])
  })
})
