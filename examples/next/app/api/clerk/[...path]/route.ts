import { createHandler, type Handler } from 'clientfold/http'
import { presentClients } from '../../../../clients'

let handler: Handler | undefined

const answer = async (request: Request): Promise<Response> => {
  handler ??= createHandler({
    clients: await presentClients(),
    signingSecrets: process.env.CLERK_WEBHOOK_SIGNING_SECRET,
    secretKey: process.env.CLIENTFOLD_SECRET_KEY,
    basePath: '/api/clerk',
  })
  return handler.fetch(request) // as it came: nothing has read the body
}

export const GET = answer
export const POST = answer
