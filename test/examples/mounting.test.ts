import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { expressApp } from '../../examples/express.js'
import { fastifyApp } from '../../examples/fastify.js'
import { honoApp } from '../../examples/hono.js'
import { serveWithNode } from '../../examples/node-http.js'
import { eventText, openClients, openMemoryStore } from '../../src/index.js'
import { aSessionEvent } from '../given.js'
import { AUTHORIZATION, delivery } from '../http/given.js'
import { SECRETS } from '../cli/given/server.js'
import { describeWithPostgres } from '../stores/postgres/given.js'

const servers: Server[] = []
beforeAll(() => {
  for (const [name, value] of Object.entries(SECRETS)) vi.stubEnv(name, value)
})
afterAll(() => {
  vi.unstubAllEnvs()
  for (const server of servers) server.closeAllConnections()
  for (const server of servers) server.close()
})

const urlOf = async (server: Server): Promise<string> => {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Not known to the compiler here: Next's modules are resolved by other rules, and have a configuration of their own. */
const NEXT_ROUTE = resolve('examples/next/app/api/clerk/[...path]/route.ts')
interface NextRoute {
  readonly GET: (request: Request) => Promise<Response>
  readonly POST: (request: Request) => Promise<Response>
}

const clientsInMemory = () => openClients({ store: openMemoryStore() })

/** The same delivery is recorded once, can be read with the key, and cannot be read without it. */
const expectMounted = async (url: string): Promise<void> => {
  const body = eventText(aSessionEvent())
  for (const outcome of ['recorded', 'duplicate']) {
    const response = await fetch(
      `${url}/webhooks/clerk`,
      delivery('msg_1', body, { at: Date.now() }),
    )
    expect({ status: response.status, json: await response.json() }).toEqual({
      ...{ status: 200, json: { outcome } },
    })
  }
  const read = await fetch(`${url}/v1/clients/client_1`, { headers: AUTHORIZATION })
  expect(await read.json()).toMatchObject({ session_ids: ['sess_1'] })
  expect((await fetch(`${url}/v1/clients/client_1`)).status).toBe(401)
}

/** The application's own route reads the same Clients in process, for the user of the session only. */
const expectDevices = async (url: string): Promise<void> => {
  const signedIn = await fetch(`${url}/devices`, { headers: { user: 'user_1' } })
  expect(await signedIn.json()).toMatchObject([{ client_id: 'client_1' }])
  expect((await fetch(`${url}/devices`)).status).toBe(401)
}

describe('an example', () => {
  it("an example serves webhooks and reads with Node's own server", async () => {
    await expectMounted(await urlOf(serveWithNode(clientsInMemory())))
  })

  it('an example mounts the handler in Hono, and reads in process', async () => {
    const app = honoApp(clientsInMemory(), (context) => context.req.header('user'))
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
    const url = await urlOf(createServer((incoming, outgoing) => void listener(incoming, outgoing)))
    await expectMounted(`${url}/clerk`)
    await expectDevices(url)
  })

  it('an example mounts the handler in Express, and reads in process', async () => {
    const app = expressApp(clientsInMemory(), (request) => request.get('user'))
    const url = await urlOf(createServer(app as unknown as RequestListener))
    await expectMounted(`${url}/clerk`)
    await expectDevices(url)
  })

  it('an example mounts the handler in Fastify, and reads in process', async () => {
    const app = fastifyApp(clientsInMemory(), ({ headers }) => headers.user?.toString())
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    try {
      await expectMounted(`${url}/clerk`)
      await expectDevices(url)
    } finally {
      app.server.closeAllConnections()
      await app.close()
    }
  })

  // Next itself builds and starts this example in test/bundles/next.slow.test.ts.
  describeWithPostgres('on PostgreSQL', (server) => {
    it('an example mounts the handler as a route of Next.js', async () => {
      vi.stubEnv('DATABASE_URL', server().url(await server().newDatabase()))
      const route = (await import(NEXT_ROUTE)) as NextRoute
      const answer = (request: Request): Promise<Response> =>
        request.method === 'POST' ? route.POST(request) : route.GET(request)
      const listener = getRequestListener(answer, { overrideGlobalObjects: false })
      const url = await urlOf(
        createServer((incoming, outgoing) => void listener(incoming, outgoing)),
      )
      await expectMounted(`${url}/api/clerk`)
    })
  })
})
