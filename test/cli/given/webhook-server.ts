import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll } from 'vitest'
import type { Subject } from '../../../src/testing/index.js'

/** Where a server takes deliveries, and where Clients are read. */
export interface WebhookServer {
  readonly url: string
  readonly read: string
}

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

/** Starts a server that answers as a subject does: like a handler in another language. */
export const startWebhookServer = async (subject: Subject): Promise<WebhookServer> => {
  const answer = async (request: IncomingMessage): Promise<readonly [number, string]> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const body = await text(request)
    if (request.method === 'POST') {
      const headers = headersOf(request)
      const answered = await subject.deliver({ id: headers['svix-id'] ?? '', headers, body })
      return [answered?.status ?? 200, '{}']
    }
    const clientId = decodeURIComponent(pathname.slice('/clients/'.length))
    const client = await subject.read?.(clientId, Number(searchParams.get('at')))
    return client === null ? [404, '{}'] : [200, JSON.stringify(client)]
  }
  const server = createServer((request, response) => {
    answer(request).then(
      ([status, body]) => response.writeHead(status).end(body),
      () => response.writeHead(500).end(),
    )
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: `${origin}/webhooks`, read: `${origin}/clients/{id}?at={at}` }
}
