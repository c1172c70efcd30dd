import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { Webhook } from 'svix'
import { afterAll } from 'vitest'
import { openClients, type Clients } from '../../src/clients/clients.js'
import { createHandler, type Handler, type HandlerOptions } from '../../src/http/handler.js'
import type { RequestLogEntry } from '../../src/http/request-log.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'

export const SECRET_KEY = 'sk_test_canary_key'
export const SIGNING_SECRET = `whsec_${Buffer.from('canary '.repeat(4)).toString('base64')}`
export const AUTHORIZATION = { authorization: `Bearer ${SECRET_KEY}` }

/** A clock at which the sessions of the examples have not expired. */
export const NOW = T0 + DAY

export const inMemory = (): Clients =>
  openClients({ store: openMemoryStore({ now: () => T0 + 2 * MINUTE }) })

/** Three clients, one without sessions; sessions of two users, and one that was removed. */
export const someClients = async (): Promise<Clients> => {
  const clients = inMemory()
  await clients.record([
    aSessionEvent({ id: 'sess_1' }),
    aSessionEvent({ id: 'sess_2', created_at: T0 + MINUTE, updated_at: T0 + MINUTE, tasks: null }),
    aSessionEvent({
      ...{ id: 'sess_2', created_at: T0 + MINUTE, updated_at: T0 + 2 * MINUTE },
      status: 'ended',
    }),
    aSessionEvent({ id: 'sess_3', client_id: 'client_2', user_id: 'user_2', created_at: T0 + 2 }),
    aSessionEvent({ id: 'sess_4', client_id: 'client_3', status: 'removed', created_at: T0 + 3 }),
  ])
  return clients
}

/** The answer to a request. */
export interface TestResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

const readResponse = async (response: Response): Promise<TestResponse> => {
  const text = await response.text()
  const isJson = response.headers.get('content-type') === 'application/json'
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson && text !== '' ? (JSON.parse(text) as unknown) : undefined,
  }
}

/** A handler with both secrets and a clock that stands still, and the entries of its log. */
export const aHandler = (
  clients: Clients,
  options: Partial<HandlerOptions> = {},
): Handler & { readonly logged: ReadonlyArray<RequestLogEntry> } => {
  const logged: RequestLogEntry[] = []
  const handler = createHandler({
    clients,
    signingSecrets: SIGNING_SECRET,
    secretKey: SECRET_KEY,
    now: () => NOW,
    log: (entry) => logged.push(entry),
    ...options,
  })
  return { ...handler, logged }
}

/** Sends a request for a path to a handler. */
export const ask = async (
  { fetch }: Pick<Handler, 'fetch'>,
  path: string,
  init: RequestInit = { headers: AUTHORIZATION },
): Promise<TestResponse> => readResponse(await fetch(new Request(`http://localhost${path}`, init)))

/** The headers of a delivery, by Svix's own signer. */
export const signed = (
  id: string,
  body: string,
  { at = NOW, secret = SIGNING_SECRET } = {},
): Readonly<Record<string, string>> => ({
  'svix-id': id,
  'svix-timestamp': String(Math.floor(at / 1000)),
  'svix-signature': new Webhook(secret).sign(id, new Date(at), body),
})

/** A delivery as `fetch` sends it. */
export const delivery = (id: string, body: string, options = {}): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json', ...signed(id, body, options) },
})

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

/** A real server on loopback; gives its URL. */
export const listening = async (handler: Pick<Handler, 'fetch'>): Promise<string> => {
  const listener = getRequestListener(handler.fetch, { overrideGlobalObjects: false })
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing))
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
