import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { foldDevices } from '../../src/domain/device-states.js'
import { toDevices } from '../../src/projections/devices.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'

const EVENTS: ReadonlyArray<ClientEvent> = [
  {
    ...aSessionEvent({ id: 'sess_1', client_id: 'client_1' }),
    event_attributes: { http_request: { client_ip: '203.0.113.7' } },
  },
  aSessionEvent({
    ...{ id: 'sess_2', client_id: 'client_2', actor: { sub: 'user_support' } },
    ...{ created_at: T0 + DAY, updated_at: T0 + DAY, last_active_at: T0 + DAY },
  }),
  aSessionEvent({ id: 'sess_3', client_id: 'client_1', user_id: 'user_2' }),
  aSessionEvent({ id: 'sess_4', client_id: 'client_3', user_id: 'user_2' }),
]

/** Clients whose store records each event a day after the one before, and whose clock stands a week later. */
const opened = async () => {
  let recordedAt = T0
  const store = openMemoryStore({ now: () => (recordedAt += DAY) })
  const clients = openClients({ store, now: () => T0 + 7 * DAY })
  for (const event of EVENTS) await clients.record(event)
  return clients
}

const clients = await opened()

const idsOf = (devices: ReadonlyArray<{ readonly client_id: string }>): ReadonlyArray<string> =>
  devices.map(({ client_id }) => client_id)

describe('devices', () => {
  it('the devices of a user are those of the pure projection, by the clock of now', async () => {
    const devices = await clients.devices('user_1', { currentSessionId: 'sess_1' })
    const filter = { userId: 'user_1', currentSessionId: 'sess_1' }
    expect(devices).toEqual(toDevices(foldDevices(EVENTS), filter, { at: T0 + 7 * DAY }))
    expect(idsOf(devices)).toEqual(['client_2', 'client_1'])
    expect(devices.map(({ ip_address }) => ip_address)).toEqual([null, '203.0.113.7'])
    expect(await clients.devices('user_nobody')).toEqual([])
  })

  it.each([
    { name: 'now', query: {}, status: 'expired' },
    { name: 'as recorded', query: { at: 'recorded' }, status: 'active' },
    { name: 'another clock', query: { at: T0 + MINUTE }, status: 'active' },
    { name: 'a moment, which is its own clock', query: { asOf: T0 + MINUTE }, status: 'active' },
    {
      ...{ name: 'a moment, by another clock', query: { asOf: T0, at: T0 + 8 * DAY } },
      status: 'expired',
    },
    { name: 'a moment, as recorded', query: { asOf: T0, at: 'recorded' }, status: 'active' },
  ] as const)('the status of a session reads $status for $name', async ({ query, status }) => {
    const [session] = (await clients.devices('user_1', query)).at(-1)?.sessions ?? []
    expect(session).toMatchObject({ id: 'sess_1', status })
  })

  it('devices are those that were true at a moment, and those that were known at a moment', async () => {
    expect(idsOf(await clients.devices('user_1', { asOf: T0 + MINUTE }))).toEqual(['client_1'])
    expect(idsOf(await clients.devices('user_1', { knownAt: T0 + DAY }))).toEqual(['client_1'])
    expect(idsOf(await clients.devices('user_1', { knownAt: T0 + 2 * DAY }))).toEqual([
      'client_2',
      'client_1',
    ])
    expect(await clients.devices('user_1', { knownAt: T0 })).toEqual([])
  })

  it('impersonated sessions can be left out', async () => {
    expect(idsOf(await clients.devices('user_1', { impersonated: 'drop' }))).toEqual(['client_1'])
    expect(idsOf(await clients.devices('user_1', { impersonated: 'only' }))).toEqual(['client_2'])
  })

  it('a request without a session has no current device', async () => {
    for (const currentSessionId of [null, undefined]) {
      const devices = await clients.devices('user_1', { currentSessionId })
      expect(devices.some(({ is_current }) => is_current)).toBe(false)
    }
  })

  it.each([
    { name: 'a user without an id', userId: '', query: {}, message: /id of the user/ },
    { name: 'a user that is lost', userId: undefined, query: {}, message: /id of the user/ },
    { name: 'a misspelt key', query: { asof: T0 }, message: /"asof" is not a key of the query/ },
    { name: 'a date for a moment', query: { asOf: new Date(T0) }, message: /asOf must be/ },
    { name: 'a text for a moment', query: { knownAt: '2024-05-28' }, message: /knownAt must be/ },
    { name: 'no number', query: { at: NaN }, message: /at must be "recorded" or / },
    { name: 'another word for the clock', query: { at: 'now' }, message: /at must be/ },
    { name: 'an empty session', query: { currentSessionId: '' }, message: /currentSessionId/ },
    { name: 'an unknown choice', query: { impersonated: 'no' }, message: /keep, drop, only/ },
  ])('a question with $name is refused', async ({ userId = 'user_1', query, message, name }) => {
    const id = name === 'a user that is lost' ? (undefined as unknown as string) : userId
    await expect(clients.devices(id, query as object)).rejects.toThrow(TypeError)
    await expect(clients.devices(id, query as object)).rejects.toThrow(message)
  })

  it('the devices of a client that was erased are gone', async () => {
    const own = await opened()
    await own.eraseClient('client_1')
    expect(idsOf(await own.devices('user_1'))).toEqual(['client_2'])
  })
})
