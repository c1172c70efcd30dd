// The handler in a Hono application, beside the application's own routes.
import { Hono } from 'hono'
import { openClients, type EventStore } from 'clientfold'
import { createHandler } from 'clientfold/http'

export const honoApp = (store: EventStore, env: NodeJS.ProcessEnv): Hono => {
  const handler = createHandler({
    clients: openClients({ store }),
    signingSecrets: env.CLERK_WEBHOOK_SIGNING_SECRET,
    secretKey: env.CLIENTFOLD_SECRET_KEY,
    basePath: '/clerk',
  })
  const app = new Hono()
  app.get('/', (context) => context.text('an application'))
  // Enter https://…/clerk/webhooks/clerk in Clerk's dashboard; the apiUrl of Clerk's SDK is https://…/clerk.
  app.all('/clerk/*', (context) => handler.fetch(context.req.raw))
  return app
}
