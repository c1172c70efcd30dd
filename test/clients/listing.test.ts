import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openClients, type Clients } from '../../src/clients/clients.js'
import { fold } from '../../src/domain/fold.js'
import { projectionOf, type View } from '../../src/projections/client-view.js'
import { toClient } from '../../src/projections/client.js'
import { toSessions } from '../../src/projections/sessions.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { arbitraryEvent, arbitraryTime } from '../../src/testing/index.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'

const ALL = { limit: 1000, offset: 0 }

const CLIENT_IDS = ['client_1', 'client_2', 'client_3']
const arbitraryLog = fc.array(
  fc
    .constantFrom(...CLIENT_IDS)
    .chain((clientId) => arbitraryEvent({ clientId }))
    .map(({ id: _id, recorded_at: _recordedAt, ...event }) => event),
  { maxLength: 20 },
)
const arbitraryView = fc.record(
  { at: arbitraryTime(), asOf: arbitraryTime() },
  { requiredKeys: [] },
)

const given = async (): Promise<Clients> => {
  const clients = openClients({ store: openMemoryStore({ now: () => T0 }) })
  await clients.record([
    aSessionEvent({ id: 'sess_1', client_id: 'a', created_at: T0 }),
    aSessionEvent({ id: 'sess_2', client_id: 'b', created_at: T0 + MINUTE, user_id: 'user_2' }),
    aSessionEvent({ id: 'sess_3', client_id: 'c', created_at: T0 + MINUTE, status: 'removed' }),
  ])
  return clients
}

const idsOf = (listed: { readonly data: ReadonlyArray<{ readonly id: string }> }) =>
  listed.data.map(({ id }) => id)

describe('the list of clients', () => {
  it('is newest first, and cut into pages that know how many there are', async () => {
    const clients = await given()
    expect(idsOf(await clients.listClients(ALL))).toEqual(['c', 'b', 'a'])
    expect(await clients.listClients({ limit: 1, offset: 1 })).toEqual({
      data: [await clients.get('b')],
      total: 3,
    })
    expect(await clients.listClients({ limit: 5, offset: 9 })).toEqual({ data: [], total: 3 })
  })

  it('knows what has come since it was last asked for', async () => {
    const clients = await given()
    await clients.listClients(ALL)
    await clients.record(aSessionEvent({ id: 'sess_4', client_id: 'd', created_at: T0 + DAY }))
    await clients.record(aSessionEvent({ id: 'sess_0', client_id: 'a', created_at: T0 + DAY }))
    expect(idsOf(await clients.listClients(ALL))).toEqual(['d', 'c', 'b', 'a'])
    expect(idsOf(await clients.listSessions({}, ALL))).toEqual([
      ...['sess_4', 'sess_0', 'sess_3', 'sess_2', 'sess_1'],
    ])
  })

  it('shows no client that was erased, by whomever', async () => {
    const store = openMemoryStore()
    const [clients, others] = [openClients({ store }), openClients({ store })]
    await clients.record(['a', 'b', 'c'].map((id) => aSessionEvent({ id, client_id: id })))
    expect((await clients.listClients(ALL)).total).toBe(3)
    await others.erase('b')
    expect(await clients.listClients(ALL)).toMatchObject({ total: 2, data: [{}, {}] })
    await others.erase('a')
    expect(idsOf(await clients.listSessions({}, ALL))).toEqual(['c'])
    await clients.erase('c')
    expect(await clients.listClients(ALL)).toEqual({ data: [], total: 0 })
  })

  it('is what the fold of the log says, from any moment', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryLog, arbitraryView, async (log, view: View) => {
        const clients = openClients({ store: openMemoryStore({ now: () => T0 }) })
        await clients.record(log)
        const states = [...fold(log, view).values()]
        const expected = states.map((state) => toClient(state, projectionOf(view)))
        const { data, total } = await clients.listClients(ALL, view)
        expect(total).toBe(expected.length)
        expect(data).toHaveLength(expected.length)
        expect(data).toEqual(expect.arrayContaining(expected))
        for (const status of [undefined, 'active', 'expired'] as const) {
          const sessions = toSessions(states, { status }, projectionOf(view))
          expect((await clients.listSessions({ status }, ALL, view)).data).toEqual(sessions)
        }
      }),
    )
  })

  it('can be asked for again after a failure of the store', async () => {
    const store = openMemoryStore()
    let isDown = true
    const clients = openClients({
      store: {
        ...store,
        readAll: (from) => {
          if (isDown) throw new StoreUnavailable('unreachable', 'down')
          return store.readAll(from)
        },
      },
    })
    await clients.record(aSessionEvent())
    await expect(clients.listClients(ALL)).rejects.toThrow('down')
    isDown = false
    expect(idsOf(await clients.listClients(ALL))).toEqual(['client_1'])
  })
})

describe('a session', () => {
  it('is found by its id, removed ones too', async () => {
    const clients = await given()
    expect(await clients.session('sess_3')).toMatchObject({ status: 'removed', client_id: 'c' })
    expect(await clients.session('sess_2', { at: T0 + 8 * DAY })).toMatchObject({
      status: 'expired',
    })
    expect(await clients.session('sess_9')).toBeNull()
    expect(await clients.session('sess_2', { asOf: T0 - 1 })).toBeNull()
  })
})
