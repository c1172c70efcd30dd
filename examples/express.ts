// The handler in an Express application. It comes before every body parser, because signatures cover bytes.
import { getRequestListener } from '@hono/node-server'
import { openClients, type EventStore } from 'clientfold'
import { createHandler } from 'clientfold/http'
import express, { type Express } from 'express'

export const expressApp = (store: EventStore, env: NodeJS.ProcessEnv): Express => {
  const handler = createHandler({
    clients: openClients({ store }),
    signingSecrets: env.CLERK_WEBHOOK_SIGNING_SECRET,
    secretKey: env.CLIENTFOLD_SECRET_KEY,
  })
  const listener = getRequestListener(handler.fetch, { overrideGlobalObjects: false })
  const app = express()
  app.use('/clerk', (request, response) => void listener(request, response))
  app.use(express.json())
  app.get('/', (_request, response) => {
    response.json({ application: true })
  })
  return app
}
