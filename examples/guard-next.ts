// A guard around the route handlers of Next.js, on the Node runtime: Clerk's SDK authenticates the request, by its
// token or its cookie, then the guard looks at its session. Keep the guard in one module of the process.
import type { ClerkClient } from '@clerk/backend'
import type { Guard } from 'clientfold/guard'

/** Refuses requests that are not signed in, and those of sessions that the guard does not allow. */
export const withLiveSession =
  (guard: Guard, clerk: ClerkClient, handler: (request: Request) => Promise<Response>) =>
  async (request: Request): Promise<Response> => {
    const auth = (await clerk.authenticateRequest(request)).toAuth()
    const sessionId = auth !== null && 'sessionId' in auth ? auth.sessionId : null
    if (sessionId === null || !guard.allows(sessionId)) {
      return Response.json({ error: 'signed out' }, { status: 401 })
    }
    return handler(request)
  }
