import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { StoreUnavailable } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent, T0 } from '../given.js'

const sessionOf = (userId: string) =>
  aSessionEvent({ id: `sess_${userId}`, user_id: userId }, { id: `msg_${userId}` })

/** Clients with three users, of which the first two are due at `T0`. */
const givenSchedules = async () => {
  const store = openMemoryStore({ now: () => T0 })
  await store.record(['user_1', 'user_2', 'user_3'].map(sessionOf))
  await store.pendingErasures.schedule('user_1', T0 - 1)
  await store.pendingErasures.schedule('user_2', T0)
  await store.pendingErasures.schedule('user_3', T0 + 1)
  const clients = openClients({ store, now: () => T0 })
  const left = async () =>
    (await store.readClient('client_1')).map(
      ({ event }) => event.type !== 'client.observed' && event.data.user_id,
    )
  return { store, clients, left }
}

it('eraseDue erases the users that are due, and no other one', async () => {
  const { clients, left } = await givenSchedules()
  expect(await clients.eraseDue()).toBe(2)
  expect(await left()).toEqual(['user_3'])
  expect(await clients.eraseDue()).toBe(0)
})

it('several processes may erase what is due at once', async () => {
  const { store, clients, left } = await givenSchedules()
  const other = openClients({ store, now: () => T0 })
  const counts = await Promise.all([clients.eraseDue(), other.eraseDue(), clients.eraseDue()])
  expect(Math.max(...counts)).toBe(2)
  expect(await left()).toEqual(['user_3'])
})

it('a user that is called off while others are erased is not erased', async () => {
  const { store, left } = await givenSchedules()
  const clients = openClients({
    store: {
      ...store,
      eraseUser: async (userId) => {
        await store.pendingErasures.callOff('user_2')
        return store.eraseUser(userId)
      },
    },
    now: () => T0,
  })
  expect(await clients.eraseDue()).toBe(1)
  expect(await left()).toEqual(['user_2', 'user_3'])
})

it('a user that cannot be erased keeps no other one back, and is tried again', async () => {
  const { store, left } = await givenSchedules()
  let fails = true
  const clients = openClients({
    store: {
      ...store,
      eraseUser: (userId) =>
        fails && userId === 'user_1'
          ? Promise.reject(new StoreUnavailable('busy', 'the store is busy'))
          : store.eraseUser(userId),
    },
    now: () => T0,
  })
  await expect(clients.eraseDue()).rejects.toMatchObject({ reason: 'busy' })
  expect(await left()).toEqual(['user_1', 'user_3'])
  fails = false
  expect(await clients.eraseDue()).toBe(1)
  expect(await left()).toEqual(['user_3'])
})
