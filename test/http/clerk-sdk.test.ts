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

describe("Clerk's own SDK", () => {
  it("Clerk's own SDK reads a Client that equals the projection", async () => {
    const client = await clients.get('client_1', { at: NOW })
    expect(plain(await clerk().clients.getClient('client_1'))).toEqual(plain(clientAsSdk(client!)))
  })

  it("Clerk's own SDK reads the list of Clients, in pages", async () => {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- it still exists, and must work
    const { data, totalCount } = await clerk().clients.getClientList({ limit: 2, offset: 1 })
    const page = await clients.list({ limit: 2, offset: 1, at: NOW })
    expect(totalCount).toBe(3)
    expect(plain(data)).toEqual(plain(page.data.map(clientAsSdk)))
  })

  // Every parameter that `SessionListParams` of @clerk/backend has, alone and together.
  it.each([
    { name: 'no parameter', params: {} },
    { name: 'clientId', params: { clientId: 'client_1' } },
    { name: 'userId', params: { userId: 'user_2' } },
    { name: 'status', params: { status: 'removed' } },
    { name: 'limit', params: { limit: 1 } },
    { name: 'offset', params: { offset: 1 } },
    { name: 'an offset of 0, which it does not send', params: { userId: 'user_1', offset: 0 } },
    {
      name: 'all parameters',
      params: { clientId: 'client_1', userId: 'user_1', status: 'active', limit: 1, offset: 0 },
    },
  ] as const)("Clerk's own SDK reads the list of sessions with $name", async ({ params }) => {
    const { data, totalCount } = await clerk().sessions.getSessionList(params)
    const page = await clients.sessions({ limit: 10, offset: 0, ...params, at: NOW })
    expect(totalCount).toBe(page.totalCount)
    expect(page.totalCount).toBeGreaterThan(0)
    expect(plain(data)).toEqual(plain(page.data.map(asSdk)))
  })

  it.each(['sess_1', 'sess_4'])(
    "Clerk's own SDK reads the session %s, a removed one too",
    async (id) => {
      const session = await clients.session(id, { at: NOW })
      expect(plain(await clerk().sessions.getSession(id))).toEqual(plain(asSdk(session!)))
    },
  )

  it.each([
    {
      ...{ name: 'a client with an unknown id', status: 404, code: 'resource_not_found' },
      call: () => clerk().clients.getClient('client_unknown'),
      longMessage: 'No client has this id.',
    },
    {
      ...{ name: 'a session with an unknown id', status: 404, code: 'resource_not_found' },
      call: () => clerk().sessions.getSession('sess_unknown'),
      longMessage: 'No session has this id.',
    },
    {
      ...{ name: 'a session to revoke', status: 501, code: 'not_implemented' },
      call: () => clerk().sessions.revokeSession('sess_1'),
      longMessage: expect.stringContaining('nothing was done') as string,
    },
    {
      ...{ name: 'a user', status: 501, code: 'not_implemented' },
      call: () => clerk().users.getUser('user_1'),
      longMessage: expect.stringContaining("Clerk's own Backend API") as string,
    },
    {
      ...{ name: 'a wrong key', status: 401, code: 'clerk_key_invalid' },
      call: () => clerk('sk_test_other').clients.getClient('client_1'),
      longMessage: expect.stringContaining('Send the header') as string,
    },
    {
      ...{ name: 'a limit beyond the bound', status: 422, code: 'form_param_value_invalid' },
      call: () => clerk().sessions.getSessionList({ limit: 501 }),
      longMessage: 'limit must be an integer from 1 to 500.',
      meta: { paramName: 'limit' },
    },
    {
      ...{ name: 'a misspelt parameter', status: 422, code: 'form_param_unknown' },
      // It passes on every key that it is given, in snake case.
      call: () => clerk().sessions.getSessionList({ user: 'user_1' } as object),
      longMessage: expect.stringContaining('user is not a parameter of this path') as string,
      meta: { paramName: 'user' },
    },
    {
      ...{ name: 'a parameter without meaning here', status: 422, code: 'form_param_unknown' },
      call: () => clerk().sessions.getSessionList({ orderBy: '-created_at' } as object),
      longMessage: expect.stringContaining('order_by is not a parameter of this path') as string,
      meta: { paramName: 'order_by' },
    },
  ])(
    "Clerk's own SDK gets its own typed error for $name",
    async ({ call, status, ...expected }) => {
      const error = await rejection(call())
      expect(isClerkAPIResponseError(error)).toBe(true)
      const { code, longMessage, meta = {} } = { meta: undefined, ...expected }
      expect(error).toMatchObject({ status, errors: [{ code, longMessage, meta }] })
    },
  )

  it("Clerk's own SDK gets 501 for everything else that it can call, and never 404", async () => {
    const handler = aHandler(clients)
    const sdk = createClerkClient({ secretKey: SECRET_KEY, apiUrl: await listening(handler) })
    const callAll = async (api: Record<string, unknown>): Promise<void> => {
      const prototype: object = Object.getPrototypeOf(api) as object
      for (const name of Object.getOwnPropertyNames(prototype)) {
        if (name === 'constructor') continue
        const method = (...args: ReadonlyArray<unknown>): Promise<unknown> =>
          Promise.resolve().then(() =>
            (api[name] as (...args: ReadonlyArray<unknown>) => unknown)(...args),
          )
        // Some take an id, some an object with ids. A call with too little never sends a request.
        const { length } = handler.logged
        await rejection(method('id_1', { userId: 'id_2', invitationId: 'id_3', roleId: 'id_4' }))
        if (handler.logged.length > length) continue
        await rejection(method({ userId: 'id_1', organizationId: 'id_2', templateId: 'id_3' }))
      }
    }
    for (const api of Object.values<unknown>(sdk)) {
      if (typeof api === 'object' && api !== null && 'requireId' in api) {
        await callAll(api)
      }
    }
    const isRead = ({ method, route }: { readonly method: string; readonly route: string }) =>
      method === 'GET' && /^\/v1\/(clients|sessions)(\/\{id\})?$/.test(route)
    expect(new Set(handler.logged.filter(isRead).map(({ route }) => route)).size).toBe(4)
    const others = handler.logged.filter((entry) => !isRead(entry))
    expect(others.length).toBeGreaterThan(100)
    // Some of them send another key than the secret key.
    for (const { status } of others) expect([401, 501]).toContain(status)
    expect(others.filter(({ status }) => status === 501).length).toBeGreaterThan(100)
  })

  it("Clerk's own SDK reads every client of a generated log as the fold has it", async () => {
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
