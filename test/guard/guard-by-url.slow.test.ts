import { describe, expect, it } from 'vitest'
import type { SessionStatus } from '../../src/events/session.js'
import { openGuard } from '../../src/guard/index.js'
import { createHandler } from '../../src/http/handler.js'
import { startServer } from '../../src/http/server.js'
import { aSessionEvent, DAY, T0 } from '../given.js'
import { aHandler, inMemory, SECRET_KEY } from '../http/given.js'
import { givenServer, until } from './given.js'

const NOW = T0 + DAY
const now = () => NOW

describe('a guard of a server', () => {
  it('a guard of a server knows its sessions, more than a page, and hears of each change', async () => {
    const clients = inMemory()
    const many = Array.from({ length: 1001 }, (_, index) =>
      aSessionEvent({
        id: `sess_${index}`,
        client_id: `client_${index}`,
        created_at: T0 + (index % 3),
      }),
    )
    await clients.record(many)
    const { url } = await givenServer(clients)
    const guard = openGuard({
      url,
      secretKey: SECRET_KEY,
      now,
      unknown: 'refuse',
      lagging: 'refuse',
    })
    await guard.ready
    expect(guard.size()).toBe(1001)
    await clients.record(
      aSessionEvent({ id: 'sess_7', client_id: 'client_7', status: 'revoked', updated_at: NOW }),
    )
    await until(() => !guard.allows('sess_7'))
    expect(guard.check('sess_7')).toMatchObject({ answer: 'over', status: 'revoked', since: NOW })
    expect(guard.allows('sess_8')).toBe(true)
    await clients.eraseUser('user_1')
    await until(() => guard.size() === 0)
    expect(guard.check('sess_7').answer).toBe('unknown')
    guard.close()
  })

  it.each(['..', '\ud800'])(
    'a guard of a server keeps what it knows of the session %j, for which it cannot ask',
    async (id) => {
      const clients = inMemory()
      const at = (status: SessionStatus, timestamp: number) =>
        aSessionEvent({ id, status }, { timestamp })
      await clients.record(at('pending', T0 + 2))
      const { url } = await givenServer(clients)
      const guard = openGuard({
        ...{ url, secretKey: SECRET_KEY, now, unknown: 'pass', lagging: 'pass' },
      })
      await guard.ready
      // Of two versions of one moment the guard asks for the greater one.
      await clients.record(at('active', T0 + 3))
      await clients.record(aSessionEvent({ id: 'sess_2' }))
      await until(() => guard.check('sess_2').answer === 'live')
      expect(guard.check('sess_2').answer).toBe('live')
      expect(guard.check(id).answer).toBe('live')
      guard.close()
    },
  )

  it('a guard whose server is gone lags, and knows all that it missed when the server is there again', async () => {
    const clients = inMemory()
    await clients.record([aSessionEvent({ id: 'sess_1' }), aSessionEvent({ id: 'sess_2' })])
    const server = await givenServer(clients)
    const failures: unknown[] = []
    const guard = openGuard({
      ...{ url: server.url, secretKey: SECRET_KEY, now, unknown: 'pass', lagging: 'refuse' },
      longestLagMilliseconds: 1500,
      onFailure: (failure) => failures.push(failure),
    })
    await guard.ready
    await server.stop()
    await clients.record(aSessionEvent({ id: 'sess_1', status: 'revoked', updated_at: T0 + 1 }))
    await until(() => !guard.allows('sess_2'))
    expect(guard.check('sess_1').answer).toBe('live')
    expect(guard.lag()).toBeGreaterThan(1500)
    expect(failures).not.toHaveLength(0)
    const again = await startServer(createHandler({ clients, secretKey: SECRET_KEY }), {
      ...{ host: '127.0.0.1', port: Number(new URL(server.url).port) },
    })
    await until(() => guard.check('sess_1').answer === 'over' && guard.allows('sess_2'))
    expect({ first: guard.check('sess_1').answer, second: guard.allows('sess_2') }).toEqual({
      ...{ first: 'over', second: true },
    })
    guard.close()
    await again.stop()
  })

  it('a guard of a server that has another store by now reads all sessions again', async () => {
    const server = await givenServer(inMemory())
    const guard = openGuard({
      url: server.url,
      secretKey: SECRET_KEY,
      now,
      unknown: 'pass',
      lagging: 'pass',
    })
    await guard.ready
    await server.stop()
    const other = inMemory()
    await other.record(aSessionEvent({ id: 'sess_other' }))
    const again = await startServer(aHandler(other), {
      ...{ host: '127.0.0.1', port: Number(new URL(server.url).port) },
    })
    await until(() => guard.check('sess_other').answer === 'live')
    expect(guard.check('sess_other').answer).toBe('live')
    guard.close()
    await again.stop()
  })

  it('a wrong key is reported', async () => {
    const { url } = await givenServer(inMemory())
    const failure = await new Promise((resolve) => {
      const guard = openGuard({
        ...{ url, secretKey: 'sk_wrong', unknown: 'pass', lagging: 'pass' },
        onFailure: (each) => {
          guard.close()
          resolve(each)
        },
      })
    })
    expect(failure).toMatchObject({
      message: 'the server answered 401 to GET /v1/changes: check secretKey',
    })
  })
})
