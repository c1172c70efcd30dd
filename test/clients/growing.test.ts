import { describe, expect, it } from 'vitest'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'
import { givenClients, idsOf } from './given.js'

const EVENTS = [
  aSessionEvent({ id: 'sess_old' }),
  aSessionEvent({ id: 'sess_old', status: 'ended', updated_at: T0 + MINUTE }),
  aSessionEvent({ id: 'sess_new', client_id: 'client_2', created_at: T0 + MINUTE }),
]
const LATER = T0 + 2 * DAY

describe('clients of a store that grows', () => {
  it('compact drops events, keeps every answer of now, and refuses earlier moments', async () => {
    const clients = await givenClients({ events: EVENTS })
    const before = await clients.list()
    const archived: string[] = []
    const result = await clients.compact(LATER, {
      archive: (events) =>
        Promise.resolve(void archived.push(...events.map(({ event }) => event.type))),
    })
    expect(result).toEqual({ clients: 1, events: 1, damaged: 0 })
    expect(archived).toEqual(['session.created'])
    expect(await clients.list()).toEqual(before)
    expect(await clients.history('client_1')).toHaveLength(1)
    await expect(clients.get('client_1', { asOf: T0 })).rejects.toThrow('was compacted')
  })

  it('forget removes sessions that were over from lists and from clients in memory', async () => {
    const clients = await givenClients({ events: EVENTS })
    expect((await clients.get('client_1'))?.session_ids).toEqual(['sess_old'])
    expect(idsOf(await clients.sessions({}))).toEqual(['sess_new', 'sess_old'])
    expect(await clients.forget(LATER)).toMatchObject({ clients: 1, sessions: 1, damaged: 0 })
    expect(await clients.get('client_1')).toBeNull()
    expect(idsOf(await clients.sessions({}))).toEqual(['sess_new'])
  })

  it('compact and forget refuse what is no moment', async () => {
    const clients = await givenClients()
    await expect(clients.compact(NaN)).rejects.toThrow(TypeError)
    await expect(clients.forget(new Date(T0) as never)).rejects.toThrow(TypeError)
  })
})
