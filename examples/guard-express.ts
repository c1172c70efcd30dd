// A guard in an Express application: Clerk's SDK verifies the token, then the guard looks at its session.
import { verifyToken } from '@clerk/backend'
import type { Guard } from 'clientfold/guard'
import type { RequestHandler } from 'express'

/** Refuses requests without a valid token, and those of sessions that the guard does not allow. */
export const requireLiveSession =
  (guard: Guard, jwtKey: string): RequestHandler =>
  (request, response, next) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
    verifyToken(token, { jwtKey })
      .then(({ sid }) => guard.allows(sid))
      // An invalid token; Clerk's SDK says why.
      .catch(() => false)
      .then((isAllowed) => {
        if (isAllowed) next()
        else response.status(401).json({ error: 'signed out' })
      }, next)
  }
