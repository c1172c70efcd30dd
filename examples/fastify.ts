import { getRequestListener } from '@hono/node-server'
import type { Clients } from 'clientfold'
import { createHandler } from 'clientfold/http'
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify'

/** `userIdOf` answers the user of the session token that Clerk's SDK has verified. */
export const fastifyApp = (
  clients: Clients,
  userIdOf: (request: FastifyRequest) => string | undefined,
): FastifyInstance => {
  const { fetch } = createHandler({
    clients,
    signingSecrets: process.env.CLERK_WEBHOOK_SIGNING_SECRET,
    secretKey: process.env.CLIENTFOLD_SECRET_KEY,
    basePath: '/clerk',
  })
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false })
  const app = fastify()
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers() // here only: signatures cover the bytes of the body
    scope.addContentTypeParser('*', (_request, _body, parsed) => {
      parsed(null)
    })
    scope.all('/clerk/*', (request, reply) => {
      reply.hijack()
      void listener(request.raw, reply.raw)
    })
    done()
  })
  app.get('/devices', async (request, reply) => {
    const userId = userIdOf(request)
    return userId === undefined ? reply.code(401).send() : clients.devices(userId)
  })
  return app
}
