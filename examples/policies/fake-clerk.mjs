// A small Clerk on loopback, so that the examples run without an account: it revokes sessions, and sends what
// Clerk's webhook would report to the log.
import { createServer } from 'node:http'
import { createClerkClient } from '@clerk/backend'

/** Starts it; `clerk` is Clerk's own SDK, which sends its requests there. */
export const startFakeClerk = async (clients) => {
  const server = createServer(async (request, response) => {
    const [, id] = /^\/v1\/sessions\/(\w+)\/revoke$/.exec(request.url) ?? []
    const session = request.method === 'POST' && id ? await clients.session(id) : null
    if (session === null) return response.writeHead(404).end()
    const data = { ...session, status: 'revoked', updated_at: Date.now() }
    await clients.record({ object: 'event', type: 'session.revoked', data })
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(data))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const apiUrl = `http://127.0.0.1:${server.address().port}`
  return {
    clerk: createClerkClient({ secretKey: 'sk_test_example', apiUrl }),
    stop: () => server.close(() => undefined),
  }
}
