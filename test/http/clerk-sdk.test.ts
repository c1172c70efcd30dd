import { createClerkClient } from '@clerk/backend'
import { isClerkAPIResponseError } from '@clerk/backend/errors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '../../src/events/client.js'
import type { Session } from '../../src/events/session.js'
import { toClient } from '../../src/projections/client.js'
import { fold } from '../../src/domain/fold.js'
import { generateLog } from '../../src/testing/log/generate-log.js'
import { accepted } from '../stores/postgres/given.js'
import { parseEvent } from '../../src/events/decode-event.js'
import { aHandler, inMemory, listening, NOW, SECRET_KEY, someClients } from './given.js'

const clients = await someClients()
let apiUrl = ''
beforeAll(async () => {
  apiUrl = await listening(aHandler(clients))
})
afterAll(() => clients.close())

const clerk = (secretKey = SECRET_KEY) => createClerkClient({ secretKey, apiUrl })

/** What Clerk's SDK makes of a documented Session: names in its case, and no `object` or `tasks`. */
const asSdk = (session: Session) => ({
  id: session.id,
  clientId: session.client_id,
  userId: session.user_id,
  status: session.status,
  lastActiveAt: session.last_active_at,
  expireAt: session.expire_at,
  abandonAt: session.abandon_at,
  createdAt: session.created_at,
  updatedAt: session.updated_at,
  lastActiveOrganizationId: session.last_active_organization_id,
  actor: session.actor,
})

const clientAsSdk = (client: Client) => ({
  id: client.id,
  sessionIds: client.session_ids,
  sessions: client.sessions.map(asSdk),
  signInId: client.sign_in_id,
  signUpId: client.sign_up_id,
  lastActiveSessionId: client.last_active_session_id,
  lastAuthenticationStrategy: client.last_authentication_strategy,
  createdAt: client.created_at,
  updatedAt: client.updated_at,
})

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const rejection = async (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => undefined,
    (error: unknown) => error,
  )

describe("Clerk's own SDK, pointed at the read endpoints", () => {
  it('gets a Client that equals the projection', async () => {
    const client = await clients.get('client_1', { at: NOW })
    expect(plain(await clerk().clients.getClient('client_1'))).toEqual(plain(clientAsSdk(client!)))
  })

  it('gets the list of Clients, in pages', async () => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- it is there, and must work
    const { data, totalCount } = await clerk().clients.getClientList({ limit: 2, offset: 1 })
    const listed = await clients.listClients({ limit: 2, offset: 1 }, { at: NOW })
    expect(totalCount).toBe(3)
    expect(plain(data)).toEqual(plain(listed.data.map(clientAsSdk)))
  })

  it.each([
    {},
    { clientId: 'client_1' },
    { userId: 'user_1', limit: 1, offset: 1 },
    { status: 'removed' as const },
    { userId: 'user_2', status: 'active' as const },
  ])('gets the list of sessions: %j', async (asked) => {
    const { data, totalCount } = await clerk().sessions.getSessionList(asked)
    const {
      limit = 10,
      offset = 0,
      ...filter
    } = asked as {
      limit?: number
      offset?: number
    }
    const listed = await clients.listSessions(filter, { limit, offset }, { at: NOW })
    expect(totalCount).toBe(listed.total)
    expect(listed.total).toBeGreaterThan(0)
    expect(plain(data)).toEqual(plain(listed.data.map(asSdk)))
  })

  it('gets a session, a removed one too', async () => {
    for (const id of ['sess_1', 'sess_4']) {
      const session = await clients.session(id, { at: NOW })
      expect(plain(await clerk().sessions.getSession(id))).toEqual(plain(asSdk(session!)))
    }
  })

  it('gets its own typed 404 for an unknown id', async () => {
    for (const asked of [
      clerk().clients.getClient('client_nobody'),
      clerk().sessions.getSession('sess_nobody'),
    ]) {
      const error = await rejection(asked)
      expect(isClerkAPIResponseError(error)).toBe(true)
      expect(error).toMatchObject({ status: 404, errors: [{ code: 'resource_not_found' }] })
    }
  })

  it('gets its own typed 401 for a wrong key, and 422 for a bad parameter', async () => {
    const wrong = await rejection(clerk('sk_test_other').clients.getClient('client_1'))
    expect(isClerkAPIResponseError(wrong)).toBe(true)
    expect(wrong).toMatchObject({ status: 401, errors: [{ code: 'clerk_key_invalid' }] })
    const bad = await rejection(clerk().sessions.getSessionList({ limit: 501 }))
    expect(bad).toMatchObject({ status: 422, errors: [{ meta: { paramName: 'limit' } }] })
  })

  it('gets every client of a log as the fold has it', async () => {
    const events = [...generateLog({ events: 600, clients: 40, seed: 3, shape: 'full' })].map(
      (line) => accepted(parseEvent(line)),
    )
    const own = inMemory()
    await own.record(events)
    const sdk = createClerkClient({
      secretKey: SECRET_KEY,
      apiUrl: await listening(aHandler(own)),
    })
    const states = [...fold(events).values()]
    expect(states.length).toBeGreaterThan(30)
    for (const state of states) {
      const { latestActivity, ...expected } = {
        latestActivity: 0,
        ...clientAsSdk(toClient(state, { at: NOW })),
      }
      expect(latestActivity).toBe(0)
      expect(plain(await sdk.clients.getClient(state.id))).toMatchObject(plain(expected) as object)
    }
  })
})
