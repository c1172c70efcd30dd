import { describe, expect, it } from 'vitest'
import { DAY, MINUTE, T0 } from '../given.js'
import { aHandler, ask, inMemory, NOW, someClients } from './given.js'

const idsOf = (json: unknown): ReadonlyArray<string> =>
  (json as ReadonlyArray<{ readonly id: string }>).map(({ id }) => id)

const clients = await someClients()
const handler = aHandler(clients)
const read = (path: string) => ask(handler, path)

describe('a client', () => {
  it('is the documented Client, with the clock at now', async () => {
    const { status, json, headers } = await read('/v1/clients/client_1')
    expect(status).toBe(200)
    expect(json).toEqual(await clients.get('client_1', { at: NOW }))
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('has sessions that read expired once they are', async () => {
    const later = aHandler(clients, { now: () => T0 + 8 * DAY })
    const statusOf = async (path: string) => {
      const { json } = await ask(later, path)
      return (json as { readonly sessions: ReadonlyArray<{ status: string }> }).sessions[0]?.status
    }
    expect(await statusOf('/v1/clients/client_1')).toBe('expired')
    expect(await statusOf(`/v1/clients/client_1?at=${T0}`)).toBe('active')
    // A moment in the past is its own clock; what was known then is read by the clock of today.
    expect(await statusOf(`/v1/clients/client_1?as_of=${T0}`)).toBe('active')
    expect(await statusOf(`/v1/clients/client_1?known_at=${T0 + DAY}`)).toBe('expired')
  })

  it('is read from any moment, in milliseconds or ISO 8601', async () => {
    const then = T0 + MINUTE
    const expected = await clients.get('client_1', { asOf: then })
    for (const moment of [String(then), new Date(then).toISOString(), '2024-05-28T08:01']) {
      const { json } = await read(`/v1/clients/client_1?as_of=${moment}`)
      expect(json).toEqual(expected)
    }
    expect((await read(`/v1/clients/client_1?as_of=${T0 - 1}`)).status).toBe(404)
    expect((await read(`/v1/clients/client_1?known_at=${T0}`)).status).toBe(404)
  })

  it('that is unknown is told in the form of Clerk, without its id', async () => {
    const { status, json, text } = await read('/v1/clients/client_canary')
    expect(status).toBe(404)
    expect(json).toEqual({
      errors: [
        {
          code: 'resource_not_found',
          message: 'not found',
          long_message: 'A client of that id was not found.',
        },
      ],
    })
    expect(text).not.toContain('canary')
  })
})

describe('lists', () => {
  it('of clients are bare, or with their length', async () => {
    const { json } = await read('/v1/clients')
    expect(idsOf(json)).toEqual(['client_3', 'client_2', 'client_1'])
    const page = await read('/v1/clients?paginated=true&limit=1&offset=1')
    expect(page.json).toEqual({
      data: [await clients.get('client_2', { at: NOW })],
      total_count: 3,
    })
  })

  it.each([
    ['', ['sess_2', 'sess_4', 'sess_3', 'sess_1']],
    ['?client_id=client_1', ['sess_2', 'sess_1']],
    ['?user_id=user_2', ['sess_3']],
    ['?user_id=user_1&client_id=client_3', ['sess_4']],
    ['?status=removed', ['sess_4']],
    ['?status=active', ['sess_3', 'sess_1']],
    ['?status=ended&user_id=user_1', ['sess_2']],
    ['?client_id=nobody', []],
    ['?limit=2', ['sess_2', 'sess_4']],
    ['?limit=2&offset=3&paginated=false', ['sess_1']],
    [`?at=${T0 + 8 * DAY}&status=expired`, ['sess_3', 'sess_1']],
    [`?as_of=${T0 + MINUTE}&status=ended`, []],
    ['?order_by=created_at', ['sess_2', 'sess_4', 'sess_3', 'sess_1']],
  ])('of sessions are newest first: %s', async (query, ids) => {
    const { status, json } = await read(`/v1/sessions${query}`)
    expect(status).toBe(200)
    expect(idsOf(json)).toEqual(ids)
  })

  it('hold ten unless more is asked for', async () => {
    const many = inMemory()
    const [first] = await clients.history('client_1')
    const events = Array.from({ length: 12 }, (_, index) => ({
      ...first!.event,
      data: { ...first!.event.data, client_id: `client_${index}`, id: `sess_${index}` },
    }))
    await many.record(events as never)
    const asked = async (path: string) => idsOf((await ask(aHandler(many), path)).json).length
    expect(await asked('/v1/clients')).toBe(10)
    expect(await asked('/v1/sessions')).toBe(10)
    expect(await asked('/v1/sessions?limit=500')).toBe(12)
  })
})

describe('a session', () => {
  it('is found, removed or not, from any moment', async () => {
    expect((await read('/v1/sessions/sess_4')).json).toMatchObject({ status: 'removed' })
    expect((await read('/v1/sessions/sess_2')).json).toMatchObject({ status: 'ended' })
    const { json } = await read(`/v1/sessions/sess_2?as_of=${T0 + MINUTE}`)
    expect(json).toMatchObject({ status: 'active', tasks: null })
    expect((await read('/v1/sessions/sess_9')).status).toBe(404)
  })
})

describe('a parameter that is none', () => {
  it.each([
    ['limit', ['0', '501', '-1', '1.5', '1e1', '', ' 5', '0x10', 'ten', '9'.repeat(400)]],
    ['offset', ['-1', '1.5', 'NaN', '', '9007199254740992', '1'.repeat(40)]],
    ['paginated', ['yes', '', 'TRUE', '1']],
    ['status', ['Active', '', 'gone', 'active,ended', '__proto__']],
    ['client_id', ['']],
    ['user_id', ['']],
    ['at', ['', 'now', '2026-02-31', '-1', '9007199254740992', '%00']],
    ['as_of', ['yesterday', '1.5']],
    ['known_at', ['2026-05-28 08:00', '%F0%9F%A6%80']],
  ])('is refused with its name and without its value: %s', async (name, values) => {
    for (const value of values) {
      const { status, json } = await read(`/v1/sessions?${name}=${value}`)
      expect({ value, status }).toEqual({ value, status: 422 })
      expect(json).toMatchObject({
        errors: [{ code: 'form_param_value_invalid', meta: { param_name: name } }],
      })
    }
    expect((await read(`/v1/sessions?${name}=1&${name}=1`)).status).toBe(422)
  })

  it('is none on the other paths either', async () => {
    expect((await read('/v1/clients?limit=0')).status).toBe(422)
    for (const path of ['/v1/clients', '/v1/clients/client_1', '/v1/sessions/sess_1']) {
      expect((await read(`${path}?at=now`)).status).toBe(422)
    }
  })

  it('may be the greatest offset there is', async () => {
    expect((await read('/v1/sessions?offset=9007199254740991')).json).toEqual([])
  })
})

describe('ids are any texts', () => {
  it.each([
    '%00',
    'a%00b',
    '%F0%9F%A6%80',
    '%',
    '%zz',
    '%E0%A4',
    '..%2F..%2Fetc',
    'x'.repeat(4000),
  ])('unknown: %s', async (id) => {
    expect((await read(`/v1/clients/${id}`)).status).toBe(404)
    expect((await read(`/v1/sessions/${id}`)).status).toBe(404)
    expect((await read(`/v1/sessions?client_id=${id}&user_id=${id}`)).json).toEqual([])
  })

  it.each(['a b', 'a/b', 'a%2Fb', '🦀\u0000', '%', 'ä?#&=', ':id'])('known: %j', async (id) => {
    const [recorded] = await clients.history('client_1')
    const own = inMemory()
    const { data } = recorded!.event
    await own.record({ ...recorded!.event, data: { ...data, client_id: id } } as never)
    const path = `/v1/clients/${encodeURIComponent(id)}`
    expect((await ask(aHandler(own), path)).json).toMatchObject({ id })
  })
})
