// Tells a browser that its session is over, within a second, whichever process recorded it. EventSource cannot
// send a header, so the browser asks a service of your own, which knows who is signed in by its own cookie, and
// which passes on only what is about that person's session.
import { createServer } from 'node:http'
import { openClients, openMemoryStore, parseEvent } from 'clientfold'

const clients = openClients({ store: openMemoryStore() })

/** Clerk's own SDK does this in your service: it verifies the cookie `__session`. */
const signedIn = ({ headers }) =>
  headers.cookie === '__session=token_of_ada' ? { userId: 'user_ada', sessionId: 'sess_1' } : null

const LIVE = ['active', 'pending']

const isOver = (client, sessionId) => {
  const session = client?.sessions.find(({ id }) => id === sessionId)
  return session === undefined || !LIVE.includes(session.status)
}

const server = createServer(async (request, response) => {
  const who = signedIn(request)
  if (who === null) return response.writeHead(401).end()
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  const ended = new AbortController()
  response.on('close', () => ended.abort())
  const query = {
    userId: who.userId,
    signal: ended.signal,
    // From here on no change is missed.
    onProgress: () => response.headersSent && response.write(': waiting\n\n'),
  }
  for await (const { before, client } of clients.changes(query)) {
    const wasHere = before?.sessions.some(({ id }) => id === who.sessionId) ?? false
    if (!wasHere || !isOver(client, who.sessionId)) continue
    return response.end('event: signed-out\ndata: {}\n\n')
  }
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

const sessionEvent = (type, status, time) => {
  const data = {
    ...{ object: 'session', id: 'sess_1', user_id: 'user_ada', client_id: 'client_1', status },
    ...{ last_active_at: time, expire_at: time + 6e8, abandon_at: time + 6e8 },
    ...{ updated_at: time, created_at: time },
  }
  const event = parseEvent(JSON.stringify({ type, timestamp: time, data }))
  if (event._tag === 'Left') throw new Error('this is an event')
  return event.right
}
const now = Date.now()
await clients.record(sessionEvent('session.created', 'active', now))

// What `new EventSource('/signed-out')` does in a browser.
const { port } = server.address()
const headers = { cookie: '__session=token_of_ada' }
const { body } = await fetch(`http://127.0.0.1:${port}/signed-out`, { headers })
let recordedAt
for await (const text of body.pipeThrough(new TextDecoderStream())) {
  if (recordedAt === undefined) {
    recordedAt = performance.now()
    await clients.record(sessionEvent('session.revoked', 'revoked', now + 1))
  }
  if (!text.includes('event: signed-out')) continue
  const isSoon = performance.now() - recordedAt < 1000
  console.log(`You were signed out. ${isSoon ? 'The browser knew within a second.' : 'Too late.'}`)
}
server.close()
await clients.close()
