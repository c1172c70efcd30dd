import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import type { ClientCommand } from '../../src/domain/command.js'
import { foldClient } from '../../src/domain/fold.js'
import { clientAsOf } from '../../src/projections/client-query.js'
import { toClient } from '../../src/projections/client.js'
import { SECONDS_LIMIT } from '../../src/events/time-limits.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import {
  arbitraryCommands,
  arbitraryDeliveries,
  arbitraryEvent,
  arbitraryTime,
} from '../../src/testing/index.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'
import { givenClients, givenTwo } from './given.js'

const endSession = (at: number): ClientCommand => ({ type: 'EndSession', at, sessionId: 'sess_1' })

const events = arbitraryEvent({ clientId: 'client_1' }).map(({ id: _id, ...event }) => event)

describe('clients', () => {
  it('clients read as the fold of the log, in any order of deliveries and with any cache', async () => {
    const log = fc.array(events, { maxLength: 15 })
    const delivered = log.chain((once) => fc.tuple(fc.constant(once), arbitraryDeliveries(once)))
    const capacity = fc.constantFrom(0, 1000)
    await fc.assert(
      fc.asyncProperty(delivered, capacity, async ([once, deliveries], cachedStates) => {
        const clients = await givenClients({ cachedStates })
        for (const event of deliveries) {
          await clients.record(event)
          if (event.type === 'session.created') await clients.get('client_1')
        }
        expect(await clients.get('client_1')).toEqual(toClient(foldClient(once), { at: T0 + DAY }))
      }),
    )
  })

  it('clients read as of another moment as the fold of the log does', async () => {
    const log = fc.array(events, { maxLength: 10 })
    const moment = arbitraryTime().map((time) => Math.max(time, SECONDS_LIMIT))
    await fc.assert(
      fc.asyncProperty(log, moment, moment, async (once, asOf, knownAt) => {
        const clients = await givenClients({ events: once })
        const recorded = (await clients.history('client_1')).map(({ event }) => event)
        for (const view of [{ asOf }, { knownAt }, { asOf, knownAt }, { asOf, at: T0 }]) {
          const clocked = { at: view.asOf ?? T0 + DAY, ...view }
          expect(await clients.get('client_1', view)).toEqual(clientAsOf(recorded, clocked))
        }
      }),
    )
  })

  it('clients are iterated in ascending order of id', async () => {
    const clients = await givenClients({
      events: ['b', 'a', 'c'].map((client_id) => aSessionEvent({ client_id })),
    })
    const ids: string[] = []
    for await (const { id } of clients.all()) ids.push(id)
    expect(ids).toEqual(['a', 'b', 'c'])
  })

  it('clients are iterated until the signal', async () => {
    const clients = await givenClients({ events: [aSessionEvent()] })
    const ids: string[] = []
    for await (const { id } of clients.all({ signal: AbortSignal.abort() })) ids.push(id)
    expect(ids).toEqual([])
  })

  it('clients do not exist before their first event', async () => {
    const clients = await givenClients()
    expect(await clients.get('client_1')).toBeNull()
    await clients.record(aSessionEvent())
    expect(await clients.get('client_1')).not.toBeNull()
  })

  it('clients do not exist after another process erased them, and take no more events', async () => {
    const [clients, others] = await givenTwo([aSessionEvent()])
    expect(await clients.get('client_1')).not.toBeNull()
    expect(await others.eraseClient('client_1')).toBe(1)
    expect(await clients.get('client_1')).toBeNull()
    expect(await clients.record(aSessionEvent())).toEqual([{ _tag: 'Erased', what: 'client' }])
  })

  it('clients close the store at the end of an await using block', async () => {
    const clients = await givenClients()
    await clients[Symbol.asyncDispose]()
    await expect(clients.get('client_1')).rejects.toMatchObject({ reason: 'closed' })
  })
})

describe('execute', () => {
  it('execute appends what the command decides, once', async () => {
    const clients = await givenClients({ events: [aSessionEvent()] })
    const result = await clients.execute('client_1', endSession(T0 + MINUTE))
    expect(result).toMatchObject({ right: [{ revision: 2, event: { type: 'session.ended' } }] })
    expect(await clients.execute('client_1', endSession(T0 + MINUTE))).toEqual(E.right([]))
    expect(await clients.history('client_1')).toHaveLength(2)
  })

  it('execute answers a refusal as a value', async () => {
    const clients = await givenClients()
    expect(await clients.execute('client_1', endSession(T0))).toEqual(
      E.left({ _tag: 'SessionNotFound', sessionId: 'sess_1' }),
    )
  })

  it('execute refuses a command that is about another client', async () => {
    const clients = await givenClients()
    const [command] = fc.sample(
      arbitraryCommands('client_2').filter(([first]) => first?.type === 'CreateSession'),
      1,
    )[0]!
    expect(await clients.execute('client_1', command!)).toEqual(E.left({ _tag: 'ClientMismatch' }))
  })

  it('execute loses no command and repeats none while four writers compete', async () => {
    const store = openMemoryStore()
    const writers = [1, 2, 3, 4].map(() => openClients({ store }))
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        writers[n % 4]!.execute('client_1', {
          type: 'CreateSession',
          at: T0 + n,
          clientId: 'client_1',
          sessionId: `sess_${n % 20}`,
          userId: `user_${n % 20}`,
          expireAt: T0 + DAY,
          abandonAt: T0 + DAY,
        }),
      ),
    )
    expect(results.filter(E.isRight)).toHaveLength(20)
    expect((await writers[0]!.get('client_1'))?.sessions).toHaveLength(20)
  })

  it("execute rejects with the signal's reason once the signal is aborted", async () => {
    const clients = await givenClients()
    const cancellation = { signal: AbortSignal.abort(new Error('enough')) }
    await expect(clients.execute('client_1', endSession(T0), cancellation)).rejects.toThrow(
      'enough',
    )
  })
})

describe('listeners', () => {
  it('listeners hear what was recorded, what was a duplicate, and which client changed', async () => {
    const clients = await givenClients()
    const calls: string[] = []
    clients.on('event.recorded', ({ revision }) => calls.push(`recorded ${revision}`))
    clients.on('event.duplicate', ({ type }) => calls.push(`duplicate ${type}`))
    clients.on('client.changed', ({ session_ids }, recorded) =>
      calls.push(`changed to ${session_ids.join()} by ${recorded.length}`),
    )
    await clients.record([aSessionEvent({ status: 'removed', updated_at: T0 + MINUTE })])
    // This event comes late, and changes nothing.
    await clients.record([aSessionEvent(), aSessionEvent()])
    await clients.record([aSessionEvent({ id: 'sess_2' })])
    expect(calls).toEqual([
      'recorded 1',
      'changed to  by 1',
      'duplicate session.created',
      'recorded 2',
      'recorded 3',
      'changed to sess_2 by 1',
    ])
  })

  it('listeners that throw affect neither the append nor one another', async () => {
    const clients = await givenClients()
    const calls: unknown[] = []
    const boom = new Error('boom')
    clients.on('event.recorded', () => {
      throw boom
    })
    clients.on('event.recorded', () => Promise.reject(boom) as unknown as undefined)
    clients.on('event.recorded', ({ revision }) => calls.push(revision))
    clients.on('listener.failed', (error) => {
      calls.push(error)
      throw error
    })
    await clients.record(aSessionEvent())
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(calls).toEqual([boom, 1, boom])
    expect(await clients.get('client_1')).not.toBeNull()
  })

  it('listeners hear nothing after they stopped listening', async () => {
    const clients = await givenClients()
    let calls = 0
    const stop = clients.on('event.recorded', () => (calls += 1))
    await clients.record(aSessionEvent())
    stop()
    await clients.record(aSessionEvent({ id: 'sess_2' }))
    expect(calls).toBe(1)
  })
})
