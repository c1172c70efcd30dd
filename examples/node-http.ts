// The handler in Node's own server.
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Clients } from 'clientfold'
import { createHandler } from 'clientfold/http'

export const serveWithNode = (clients: Clients): Server => {
  const { fetch } = createHandler({
    clients,
    signingSecrets: process.env.CLERK_WEBHOOK_SIGNING_SECRET,
    secretKey: process.env.CLIENTFOLD_SECRET_KEY,
  })
  const listener = getRequestListener(fetch)
  return createServer((request, response) => void listener(request, response))
}
