import { getRequestListener } from '@hono/node-server'
import type { Clients } from 'clientfold'
import { createHandler } from 'clientfold/http'
import express, { type Express, type Request } from 'express'

/** `userIdOf` answers the user of the session token that Clerk's SDK has verified. */
export const expressApp = (
  clients: Clients,
  userIdOf: (request: Request) => string | undefined,
): Express => {
  const { fetch } = createHandler({
    clients,
    signingSecrets: process.env.CLERK_WEBHOOK_SIGNING_SECRET,
    secretKey: process.env.CLIENTFOLD_SECRET_KEY,
  })
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false })
  const app = express()
  app.use('/clerk', (request, response) => void listener(request, response))
  app.use(express.json()) // after the handler: signatures cover the bytes of the body
  app.get('/devices', async (request, response) => {
    const userId = userIdOf(request)
    if (userId === undefined) response.sendStatus(401)
    else response.json(await clients.devices(userId))
  })
  return app
}
