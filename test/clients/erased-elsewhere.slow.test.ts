import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { aSessionEvent, MINUTE, T0 } from '../given.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { DRIVERS, newPath } from '../stores/sqlite/given.js'
import { idsOf } from './given.js'

/** Five clients, of which `e` is the newest; `d` and `e` claim one session too. */
const EVENTS = [
  ...['a', 'b', 'c', 'd', 'e'].map((id, index) =>
    aSessionEvent({ id: `sess_${id}`, client_id: id, created_at: T0 + index * MINUTE }),
  ),
  ...['d', 'e'].map((id) =>
    aSessionEvent({ id: 'sess_shared', client_id: id, created_at: T0 + 9 * MINUTE }),
  ),
]

/** Lists, while clients that are on no page are erased through another handle. */
const expectNoTrace = async (open: () => Promise<EventStore>): Promise<void> => {
  const [clients, others] = [
    openClients({ store: await open() }),
    openClients({ store: await open() }),
  ]
  await clients.record(EVENTS)
  const page = { limit: 1 }
  expect((await clients.list(page)).totalCount).toBe(5)
  expect((await clients.sessions(page)).totalCount).toBe(6)
  await Promise.all([others.eraseClient('a'), others.eraseClient('c')])
  expect(await clients.list(page)).toMatchObject({ totalCount: 3, data: [{ id: 'e' }] })
  expect(idsOf(await clients.list({ offset: 1 }))).toEqual(['d', 'b'])
  expect((await clients.sessions(page)).totalCount).toBe(4)
  await others.eraseClient('e')
  // The session that `d` claims too stays.
  expect(idsOf(await clients.sessions({}))).toEqual(['sess_shared', 'sess_d', 'sess_b'])
  expect((await clients.sessions({ status: 'active', at: T0, limit: 0 })).totalCount).toBe(3)
  await others.record(aSessionEvent({ id: 'sess_f', client_id: 'f', created_at: T0 + 9 * MINUTE }))
  expect(idsOf(await clients.list())).toEqual(['f', 'd', 'b'])
  await Promise.all([clients.close(), others.close()])
}

/** Reads a client that is in memory, while one of its users is erased through another handle. */
const expectNoUser = async (open: () => Promise<EventStore>): Promise<void> => {
  const [clients, others] = [
    openClients({ store: await open() }),
    openClients({ store: await open() }),
  ]
  // The last event is of the user who stays: it is still there after the erasure.
  const events = ['own', 'others'].map((who) =>
    aSessionEvent({ id: `sess_${who}`, client_id: 'a', user_id: `user_${who}` }),
  )
  await clients.record(events)
  const listed = async (): Promise<ReadonlyArray<string> | undefined> =>
    (await clients.get('a'))?.session_ids
  expect(await listed()).toEqual(['sess_others', 'sess_own'])
  expect((await clients.list()).data[0]?.session_ids).toEqual(['sess_others', 'sess_own'])
  await others.eraseUser('user_own')
  expect(await listed()).toEqual(['sess_others'])
  expect((await clients.list()).data[0]?.session_ids).toEqual(['sess_others'])
  expect(idsOf(await clients.sessions({}))).toEqual(['sess_others'])
  // A command is decided on what is left.
  const ended = await clients.execute('a', { type: 'EndSession', at: T0, sessionId: 'sess_own' })
  expect(ended).toMatchObject({ left: { _tag: 'SessionNotFound' } })
  await Promise.all([clients.close(), others.close()])
}

it.each(DRIVERS.map((driver) => ({ driver })))(
  'a client in memory on SQLite ($driver) shows no session of a user whom another process has erased',
  async ({ driver }) => {
    const path = await newPath()
    await expectNoUser(() => openSqliteStore({ path, driver }))
  },
)

it.each(DRIVERS.map((driver) => ({ driver })))(
  'lists on SQLite ($driver) count and skip no client that another process has erased',
  async ({ driver }) => {
    const path = await newPath()
    await expectNoTrace(() => openSqliteStore({ path, driver }))
  },
)

describeWithPostgres('lists', (server) => {
  it('a client in memory on PostgreSQL shows no session of a user whom another process has erased', async () => {
    const url = server().url(await server().newDatabase())
    await expectNoUser(() => openPostgresStore(url))
  })

  it('lists on PostgreSQL count and skip no client that another process has erased', async () => {
    const url = server().url(await server().newDatabase())
    await expectNoTrace(() => openPostgresStore(url))
  })
})
