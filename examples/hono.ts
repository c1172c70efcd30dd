import { createHandler } from 'clientfold/http'
import type { Clients } from 'clientfold'
import { Hono, type Context } from 'hono'

/** `userIdOf` answers the user of the session token that Clerk's SDK has verified. */
export const honoApp = (
  clients: Clients,
  userIdOf: (context: Context) => string | undefined,
): Hono => {
  const { fetch } = createHandler({
    clients,
    signingSecrets: process.env.CLERK_WEBHOOK_SIGNING_SECRET,
    secretKey: process.env.CLIENTFOLD_SECRET_KEY,
    basePath: '/clerk',
  })
  const app = new Hono()
  app.all('/clerk/*', (context) => fetch(context.req.raw)) // as it came: nothing has read the body
  app.get('/devices', async (context) => {
    const userId = userIdOf(context)
    if (userId === undefined) return context.body(null, 401)
    return context.json(await clients.devices(userId))
  })
  return app
}
