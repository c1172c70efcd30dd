// The handler as a Next.js route (app/api/clerk/[...path]/route.ts), on the Node runtime. Enter
// https://…/api/clerk/webhooks/clerk in Clerk's dashboard; the apiUrl of Clerk's SDK is https://…/api/clerk.
import { openClients } from 'clientfold'
import { createHandler, type Handler } from 'clientfold/http'
import { openPostgresStore } from 'clientfold/postgres'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

const open = async (): Promise<Handler> =>
  createHandler({
    clients: openClients({ store: await openPostgresStore(process.env.DATABASE_URL ?? '') }),
    signingSecrets: process.env.CLERK_WEBHOOK_SIGNING_SECRET,
    secretKey: process.env.CLIENTFOLD_SECRET_KEY,
    basePath: '/api/clerk',
  })

/** The first request opens it. If that fails, the next request tries again. */
let opening: Promise<Handler> | undefined

const answer = async (request: Request): Promise<Response> => {
  opening ??= open()
  try {
    return await (await opening).fetch(request)
  } catch (error) {
    opening = undefined
    throw error
  }
}

export const GET = answer
export const POST = answer
