// The handler in Node's own server.
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { openClients, type EventStore } from 'clientfold'
import { createHandler } from 'clientfold/http'

export const serveWithNode = (store: EventStore, env: NodeJS.ProcessEnv): Server => {
  const handler = createHandler({
    clients: openClients({ store }),
    signingSecrets: env.CLERK_WEBHOOK_SIGNING_SECRET,
    secretKey: env.CLIENTFOLD_SECRET_KEY,
  })
  const listener = getRequestListener(handler.fetch)
  return createServer((request, response) => void listener(request, response))
}
