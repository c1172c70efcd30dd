import { expect } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { fold } from '../../src/domain/fold.js'
import { NO_CLIENT } from '../../src/domain/state.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { isPassing } from '../../src/event-store/passing-failure.js'
import type { SqlDatabase } from '../../src/event-store/sql-database.js'
import type { ClientEvent } from '../../src/events/client-event.js'
import { compareNewestFirst } from '../../src/events/order.js'
import { toClient } from '../../src/projections/client.js'
import { toSessions } from '../../src/projections/sessions.js'
import { aSessionEvent, DAY } from '../given.js'

/** The database of a store in which views are kept. */
export const databaseOf = ({ sql }: EventStore): SqlDatabase => {
  if (sql === undefined) throw new Error('the store has no database')
  return sql
}

/** Webhooks say what happened now. JetStream reads more for an event that was said days ago. */
const BEGIN = Date.now() - DAY / 4

/** Events of many clients, in which sessions change several times. */
export const workEvent = (index: number, clients: number): ClientEvent =>
  aSessionEvent(
    {
      id: `sess_${index % Math.ceil(clients * 1.3)}`,
      client_id: `client_${index % clients}`,
      user_id: `user_${index % 97}`,
      created_at: BEGIN + (index % 700),
      updated_at: BEGIN + index,
      status: index % 11 === 0 ? 'ended' : 'active',
    },
    { id: `msg_${index}` },
  )

/** Records, and tries again where the machine is so busy that the server does not answer in time. */
const recordAgain = async (store: EventStore, events: ReadonlyArray<ClientEvent>) => {
  for (let tries = 1; ; tries++) {
    try {
      return await store.record(events)
    } catch (error) {
      if (!isPassing(error) || tries === 10) throw error
    }
  }
}

/** Records events with indexes from one number to another. */
export const recordWork = async (
  store: EventStore,
  from: number,
  to: number,
  clients: number,
): Promise<void> => {
  for (let start = from; start < to; start += 500) {
    const count = Math.min(500, to - start)
    const events = Array.from({ length: count }, (_, n) => workEvent(start + n, clients))
    const outcomes = await recordAgain(store, events)
    // Events about a user who was erased are refused.
    expect(outcomes.filter(({ _tag }) => _tag === 'EventIdConflict')).toEqual([])
  }
}

const isSame = (left: unknown, right: unknown): boolean =>
  JSON.stringify(left) === JSON.stringify(right)

/** Compares views, which must have caught up already, with the plain fold of the log: all clients and all sessions. */
export const expectViewsOfFold = async (store: EventStore, database: SqlDatabase) => {
  const events: ClientEvent[] = []
  for await (const { event } of store.readAll()) events.push(event)
  const states = [...fold(events).values()].sort(compareNewestFirst)
  const clients = openClients({ store, viewsIn: database })
  expect(await clients.views.lag()).toBe(0)
  const { data, totalCount } = await clients.list({ at: 'recorded' })
  expect(totalCount).toBe(states.length)
  const wrong = data.filter(
    (client, index) => !isSame(client, toClient(states[index] ?? NO_CLIENT)),
  )
  expect(wrong.slice(0, 1)).toEqual([])
  const sessions = toSessions(states)
  const found = await clients.sessions({ at: 'recorded' })
  expect(found.totalCount).toBe(sessions.length)
  const others = found.data.filter((session, index) => !isSame(session, sessions[index]))
  expect(others.slice(0, 1)).toEqual([])
}
