// A guard in a Hono application: Clerk's SDK verifies the token, then the guard looks at its session.
import { verifyToken } from '@clerk/backend'
import type { Guard } from 'clientfold/guard'
import { createMiddleware } from 'hono/factory'

/** Refuses requests without a valid token, and those of sessions that the guard does not allow. */
export const requireLiveSession = (guard: Guard, jwtKey: string) =>
  createMiddleware(async (context, next) => {
    const token = context.req.header('authorization')?.replace(/^Bearer /, '') ?? ''
    // An invalid token rejects; Clerk's SDK says why.
    const claims = await verifyToken(token, { jwtKey }).catch(() => undefined)
    if (claims === undefined || !guard.allows(claims.sid)) {
      return context.json({ error: 'signed out' }, 401)
    }
    await next()
    return undefined
  })
