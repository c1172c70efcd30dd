// Mounted in an application of Hono, beside its own routes.
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
  // Clerk's dashboard gets https://…/clerk/webhooks/clerk, its SDK the apiUrl https://…/clerk.
  app.all('/clerk/*', (context) => handler.fetch(context.req.raw))
  return app
}
