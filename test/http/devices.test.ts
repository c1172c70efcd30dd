import { describe, expect, it } from 'vitest'
import type { ClientEvent } from '../../src/events/client-event.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'
import { aHandler, ask, inMemory, NOW } from './given.js'

const EVENTS: ReadonlyArray<ClientEvent> = [
  {
    ...aSessionEvent({ id: 'sess_1', client_id: 'client_1' }),
    event_attributes: {
      http_request: {
        client_ip: '203.0.113.7',
        user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0',
      },
    },
  },
  aSessionEvent({
    ...{ id: 'sess_2', client_id: 'client_2', actor: { sub: 'user_support' } },
    ...{ created_at: T0 + MINUTE, updated_at: T0 + MINUTE, last_active_at: T0 + MINUTE },
  }),
  aSessionEvent({ id: 'sess_3', client_id: 'client_1', user_id: 'user_2' }),
]

const clients = inMemory()
await clients.record(EVENTS)
const handler = aHandler(clients)
const PATH = '/v1/users/user_1/devices'

const idsOf = (json: unknown): ReadonlyArray<string> =>
  (json as ReadonlyArray<{ readonly client_id: string }>).map(({ client_id }) => client_id)

describe('the devices of a user', () => {
  it('the devices of a user are answered with documented keys, by the clock of now', async () => {
    const { status, json } = await ask(
      handler,
      `${PATH}?impersonated=drop&current_session_id=sess_1`,
    )
    expect(status).toBe(200)
    expect(json).toEqual([
      {
        object: 'device',
        client_id: 'client_1',
        is_current: true,
        kind: 'desktop',
        device_type: null,
        operating_system: 'Linux',
        browser_name: 'Firefox',
        browser_version: '126.0',
        ip_address: '203.0.113.7',
        city: null,
        country: null,
        first_seen: T0,
        last_seen: T0,
        sessions: [
          {
            id: 'sess_1',
            status: 'active',
            created_at: T0,
            last_active_at: T0,
            expire_at: T0 + 7 * DAY,
            actor: null,
            is_current: true,
          },
        ],
      },
    ])
    expect(json).toEqual(
      await clients.devices('user_1', {
        ...{ at: NOW, impersonated: 'drop', currentSessionId: 'sess_1' },
      }),
    )
  })

  it.each([
    { query: '', ids: ['client_2', 'client_1'] },
    { query: '?impersonated=keep', ids: ['client_2', 'client_1'] },
    { query: '?impersonated=only', ids: ['client_2'] },
    { query: `?as_of=${T0}`, ids: ['client_1'] },
    { query: `?known_at=${T0}`, ids: [] },
    {
      query: `?known_at=${new Date(T0 + 2 * MINUTE).toISOString()}`,
      ids: ['client_2', 'client_1'],
    },
  ])('the devices of a user are $ids for "$query"', async ({ query, ids }) => {
    expect(idsOf((await ask(handler, `${PATH}${query}`)).json)).toEqual(ids)
  })

  it.each([
    { query: '', status: 'expired' },
    { query: `?at=${T0}`, status: 'active' },
    { query: '?at=recorded', status: 'active' },
    { query: `?as_of=${T0}`, status: 'active' },
  ])('the status of a session reads $status for "$query"', async ({ query, status }) => {
    const later = inMemory(T0 + 8 * DAY)
    await later.record(EVENTS)
    const { json } = await ask(aHandler(later), `${PATH}${query}`)
    expect((json as ReadonlyArray<unknown>).at(-1)).toMatchObject({ sessions: [{ status }] })
  })

  it('a user without sessions has no devices', async () => {
    const { status, json } = await ask(handler, '/v1/users/user_unknown/devices')
    expect({ status, json }).toEqual({ status: 200, json: [] })
  })

  it.each([
    { query: '?impersonated=no', name: 'impersonated', code: 'form_param_value_invalid' },
    { query: '?current_session_id=', name: 'current_session_id', code: 'form_param_value_invalid' },
    { query: '?as_of=yesterday', name: 'as_of', code: 'form_param_value_invalid' },
    { query: '?as_of=1&as_of=2', name: 'as_of', code: 'form_param_value_invalid' },
    { query: '?current_session=sess_1', name: 'current_session', code: 'form_param_unknown' },
    { query: '?limit=1', name: 'limit', code: 'form_param_unknown' },
    { query: '?revoked=drop', name: 'revoked', code: 'form_param_unknown' },
  ])('the parameter of "$query" is refused', async ({ query, name, code }) => {
    const { status, json } = await ask(handler, `${PATH}${query}`)
    expect(status).toBe(422)
    expect(json).toMatchObject({ errors: [{ code, meta: { param_name: name } }] })
  })

  it('the secret key is needed, and other methods and paths of users are answered 501', async () => {
    expect((await ask(handler, PATH, {})).status).toBe(401)
    expect((await ask(aHandler(clients, { secretKey: undefined }), PATH)).status).toBe(404)
    expect((await ask(handler, '/v1/users/user_1')).status).toBe(501)
    expect((await ask(handler, '/v1/users/user_1/devices/client_1')).status).toBe(501)
  })

  it('the request log holds the pattern of the path, and no id', async () => {
    const own = aHandler(clients)
    await ask(own, '/v1/users/user_canary/devices?current_session_id=canary')
    expect(own.logged).toMatchObject([{ route: '/v1/users/{id}/devices', status: 200 }])
    expect(JSON.stringify(own.logged)).not.toContain('canary')
  })
})
