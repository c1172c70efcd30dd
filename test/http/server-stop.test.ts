import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { startServer } from '../../src/http/server.js'
import { aHandler, inMemory } from './given.js'

it('a server that stops does not wait for connections that have sent nothing', async () => {
  const server = await startServer(aHandler(inMemory()), { host: '127.0.0.1', port: 0 })
  // Browsers and HTTP clients open connections before they have a request for them.
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  await once(socket, 'connect')
  const asked = await fetch(`${server.url}/healthz`)
  expect(asked.status).toBe(200)
  await asked.text()
  const started = performance.now()
  await server.stop()
  expect(performance.now() - started).toBeLessThan(2000)
  socket.destroy()
})
