// A route of Next.js (app/api/clerk/[...path]/route.ts), on the Node runtime. Clerk's dashboard gets
// https://…/api/clerk/webhooks/clerk, its SDK the apiUrl https://…/api/clerk.
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

/** Opened with the first request; after a failure, with the next one. */
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
