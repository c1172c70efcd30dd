import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClerkClient } from '@clerk/backend'
import express from 'express'
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { requireLiveSession as forExpress } from '../../examples/guard-express.js'
import { requireLiveSession as forHono } from '../../examples/guard-hono.js'
import { withLiveSession } from '../../examples/guard-next.js'
import type { Guard } from '../../src/guard/index.js'
import { aSessionEvent, DAY } from '../given.js'
import { givenGuard, until } from '../guard/given.js'
import { inMemory } from '../http/given.js'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwtKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A session token as Clerk signs it. */
const tokenOf = (sid: string, { privateKey } = pair): string => {
  const now = Math.floor(Date.now() / 1000)
  const content = [
    part({ alg: 'RS256', typ: 'JWT', kid: 'ins_1' }),
    part({
      ...{ iss: 'https://clerk.example.com', sub: 'user_1', sid, v: 2, sts: 'active' },
      ...{ iat: now - 5, nbf: now - 5, exp: now + 60 },
    }),
  ].join('.')
  return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`
}

type Answering = (request: Request) => Promise<Response>

/** Each example as a function of requests. */
const EXAMPLES: Readonly<Record<string, (guard: Guard) => Answering>> = {
  'guard-express.ts': (guard) => async (request) => {
    const app = express()
    app.use(forExpress(guard, jwtKey))
    app.get('/', (_request, response) => void response.json({ ok: true }))
    const server = createServer(app as unknown as RequestListener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    try {
      return await fetch(`http://127.0.0.1:${port}/`, { headers: request.headers })
    } finally {
      server.closeAllConnections()
      server.close()
    }
  },
  'guard-hono.ts': (guard) => {
    const app = new Hono()
    app.use(forHono(guard, jwtKey))
    app.get('/', (context) => context.json({ ok: true }))
    return async (request) => app.fetch(request)
  },
  'guard-next.ts': (guard) => {
    const clerk = createClerkClient({
      ...{ jwtKey, secretKey: 'sk_test_x', telemetry: { disabled: true } },
      publishableKey: `pk_test_${Buffer.from('clerk.example.com$').toString('base64')}`,
    })
    return withLiveSession(guard, clerk, () => Promise.resolve(Response.json({ ok: true })))
  },
}

it.each(Object.entries(EXAMPLES))(
  '%s lets a live session pass until it is revoked, and refuses other tokens',
  async (_name, exampleOf) => {
    const clients = inMemory()
    const now = Date.now()
    const times = { expire_at: now + DAY, abandon_at: now + DAY }
    await clients.record(aSessionEvent(times))
    const guard = await givenGuard(clients, { unknown: 'refuse' })
    const answer = exampleOf(guard)
    const ask = async (token: string | undefined) => {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
      return (await answer(new Request('https://app.example.com/', { headers }))).status
    }
    expect(await ask(tokenOf('sess_1'))).toBe(200)
    expect(await ask(tokenOf('sess_unknown'))).toBe(401)
    expect(await ask(tokenOf('sess_1', other))).toBe(401)
    expect(await ask('no token')).toBe(401)
    expect(await ask(undefined)).toBe(401)
    await clients.record(aSessionEvent({ ...times, status: 'revoked', updated_at: now }))
    await until(() => guard.check('sess_1').answer === 'over')
    expect(await ask(tokenOf('sess_1'))).toBe(401)
    guard.close()
  },
)
