import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterAll, describe, expect, it } from 'vitest'
import { expressApp } from '../../examples/express.js'
import { honoApp } from '../../examples/hono.js'
import { serveWithNode } from '../../examples/node-http.js'
import { eventText, openMemoryStore } from '../../src/index.js'
import { aSessionEvent } from '../given.js'
import { AUTHORIZATION, delivery } from '../http/given.js'
import { SECRETS } from '../cli/given/server.js'
import { describeWithPostgres } from '../stores/postgres/given.js'

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.closeAllConnections()
  for (const server of servers) server.close()
})

const urlOf = async (server: Server): Promise<string> => {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

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

describe('an example', () => {
  it("an example serves webhooks and reads with Node's own server", async () => {
    await expectMounted(await urlOf(serveWithNode(openMemoryStore(), SECRETS)))
  })

  it('an example mounts the handler in Hono', async () => {
    const { fetch: answer } = honoApp(openMemoryStore(), SECRETS)
    const listener = getRequestListener(answer, { overrideGlobalObjects: false })
    const url = await urlOf(createServer((incoming, outgoing) => void listener(incoming, outgoing)))
    await expectMounted(`${url}/clerk`)
    expect(await (await fetch(url)).text()).toBe('an application')
  })

  it('an example mounts the handler in Express', async () => {
    const app = expressApp(openMemoryStore(), SECRETS) as unknown as RequestListener
    const url = await urlOf(createServer(app))
    await expectMounted(`${url}/clerk`)
    expect(await (await fetch(url)).json()).toEqual({ application: true })
  })

  describeWithPostgres('on PostgreSQL', (server) => {
    it('an example mounts the handler as a route of Next.js', async () => {
      const database = server().url(await server().newDatabase())
      Object.assign(process.env, SECRETS, { DATABASE_URL: database })
      const route = await import('../../examples/next/app/api/clerk/[...path]/route.js')
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
