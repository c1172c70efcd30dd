import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { fold } from '../../src/domain/fold.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { compareNewestFirst } from '../../src/events/order.js'
import { toClient } from '../../src/projections/client.js'
import { toSessions } from '../../src/projections/sessions.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { folderWith } from '../cli/given/folder.js'
import { aSessionEvent, T0 } from '../given.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { DRIVERS } from '../stores/sqlite/given.js'

/** `npm run test:crash` sets more. */
const ROUNDS = Number(process.env.CLIENTFOLD_MAINTENANCE_KILLS ?? 10)
const EVENTS = 12_000
const CLIENTS = 4000

const eventOf = (index: number): ClientEvent =>
  aSessionEvent(
    {
      id: `sess_${index % 5000}`,
      client_id: `client_${index % CLIENTS}`,
      user_id: `user_${index % 300}`,
      created_at: T0 + (index % 700),
      updated_at: T0 + index,
    },
    { id: `msg_${index}` },
  )

const record = async (store: EventStore, from: number, to: number): Promise<void> => {
  for (let start = from; start < to; start += 1000) {
    const count = Math.min(1000, to - start)
    await store.record(Array.from({ length: count }, (_, index) => eventOf(start + index)))
  }
}

/** Kills rebuilds, while events are recorded and users erased, and compares the views with a fold. */
const expectSameAfterKills = async (store: EventStore, url: string): Promise<void> => {
  const folder = await folderWith()
  await record(store, 0, EVENTS)
  let interrupted = 0
  for (let round = 0; round < ROUNDS; round++) {
    const { child, ended } = folder.start(['views', 'rebuild', '--store', url])
    await pause(300 + Math.random() * 1200)
    await record(store, EVENTS + round * 20, EVENTS + (round + 1) * 20)
    await store.eraseUser(`user_${round}`)
    child.kill('SIGKILL')
    if ((await ended).code === null) interrupted += 1
  }
  const clients = openClients({ store })
  await clients.views.catchUp()
  const events: ClientEvent[] = []
  for await (const { event } of store.readAll()) events.push(event)
  const states = [...fold(events).values()].sort(compareNewestFirst)
  const { data, totalCount } = await clients.list({ at: 'recorded' })
  expect(totalCount).toBe(states.length)
  expect(data).toEqual(states.map((state) => toClient(state)))
  const sessions = await clients.sessions({ at: 'recorded' })
  expect(sessions.data).toEqual(toSessions(states))
  expect(sessions.totalCount).toBe(sessions.data.length)
  expect(interrupted).toBeGreaterThan(0)
  console.log(`${ROUNDS} rebuilds, ${interrupted} killed; ${totalCount} clients as in the fold`)
  await clients.close()
}

const PATIENCE_MS = 60_000 + ROUNDS * 10_000

describe.each(DRIVERS)('rebuilds on SQLite (%s) at a kill', (driver) => {
  it(
    'views are those of the fold after rebuilds that were killed',
    async () => {
      const path = join((await folderWith()).path, 'clients.db')
      await expectSameAfterKills(await openSqliteStore({ path, driver }), `sqlite:${path}`)
    },
    PATIENCE_MS,
  )
})

describeWithPostgres('rebuilds on PostgreSQL at a kill', (server) => {
  it(
    'views are those of the fold after rebuilds that were killed',
    async () => {
      const url = server().url(await server().newDatabase())
      await expectSameAfterKills(await openPostgresStore(url), url)
    },
    PATIENCE_MS,
  )
})
