import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openClients, type Clients } from '../../src/clients/clients.js'
import type { ClientCommand } from '../../src/domain/command.js'
import { foldClient } from '../../src/domain/fold.js'
import { clientAsOf } from '../../src/projections/client-view.js'
import { toClient } from '../../src/projections/client.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import {
  arbitraryCommands,
  arbitraryDeliveries,
  arbitraryEvent,
  arbitraryTime,
} from '../../src/testing/index.js'
import { aSessionEvent, DAY, MINUTE, T0 } from '../given.js'

const inMemory = (keptStates?: number): Clients =>
  openClients({
    store: openMemoryStore({ now: () => T0 + DAY }),
    ...(keptStates === undefined ? {} : { keptStates }),
  })

const endSession = (at: number): ClientCommand => ({ type: 'EndSession', at, sessionId: 'sess_1' })

const events = arbitraryEvent({ clientId: 'client_1' }).map(({ id: _id, ...event }) => event)

describe('the clients of a store', () => {
  it('read as the fold of what was recorded, however it came and whatever is kept', async () => {
    const log = fc.array(events, { maxLength: 15 })
    const delivered = log.chain((said) => fc.tuple(fc.constant(said), arbitraryDeliveries(said)))
    await fc.assert(
      fc.asyncProperty(delivered, fc.constantFrom(0, 1000), async ([said, deliveries], kept) => {
        const clients = inMemory(kept)
        for (const event of deliveries) {
          await clients.record(event)
          if (event.type === 'session.created') await clients.get('client_1')
        }
        expect(await clients.get('client_1')).toEqual(toClient(foldClient(said)))
      }),
    )
  })

  it('travel in time as the fold of the log does', async () => {
    const log = fc.array(events, { maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(log, arbitraryTime(), arbitraryTime(), async (said, asOf, knownAt) => {
        const clients = inMemory()
        await clients.record(said)
        const recorded = (await clients.history('client_1')).map(({ event }) => event)
        for (const view of [{ asOf }, { knownAt }, { asOf, knownAt }, { asOf, at: T0 }]) {
          expect(await clients.get('client_1', view)).toEqual(clientAsOf(recorded, view))
        }
      }),
    )
  })

  it('are listed in ascending order of id, and end at a signal', async () => {
    const clients = inMemory()
    await clients.record(['b', 'a', 'c'].map((client_id) => aSessionEvent({ client_id })))
    const ids = async (signal?: AbortSignal): Promise<ReadonlyArray<string>> => {
      const found: string[] = []
      for await (const { id } of clients.all({ signal })) found.push(id)
      return found
    }
    expect(await ids()).toEqual(['a', 'b', 'c'])
    expect(await ids(AbortSignal.abort())).toEqual([])
  })

  it('know the sessions of a user over all clients', async () => {
    const clients = inMemory()
    await clients.record([
      aSessionEvent({ id: 'sess_1' }),
      aSessionEvent({ id: 'sess_2', client_id: 'client_2', created_at: T0 + 1 }),
      aSessionEvent({ id: 'sess_3', user_id: 'user_2' }),
    ])
    const ids = async (filter: Parameters<Clients['sessions']>[0]) =>
      (await clients.sessions(filter)).map(({ id }) => id)
    expect(await ids({ userId: 'user_1' })).toEqual(['sess_2', 'sess_1'])
    expect(await ids({ clientId: 'client_1' })).toEqual(['sess_3', 'sess_1'])
    expect(await ids({})).toHaveLength(3)
  })

  it('do not exist before anything was said, nor after an erasure, by whomever', async () => {
    const store = openMemoryStore()
    const [clients, others] = [openClients({ store }), openClients({ store })]
    expect(await clients.get('client_1')).toBeNull()
    await clients.record(aSessionEvent())
    expect(await clients.get('client_1')).not.toBeNull()
    expect(await others.erase('client_1')).toBe(1)
    expect(await clients.get('client_1')).toBeNull()
    expect(await clients.record(aSessionEvent())).toEqual([{ _tag: 'ClientErased' }])
  })

  it('close what they hold, also at the end of a block', async () => {
    const clients = inMemory()
    await clients[Symbol.asyncDispose]()
    await expect(clients.get('client_1')).rejects.toMatchObject({ reason: 'closed' })
  })
})

describe('executing a command', () => {
  it('appends what is decided, once', async () => {
    const clients = inMemory()
    await clients.record(aSessionEvent())
    const executed = await clients.execute('client_1', endSession(T0 + MINUTE))
    expect(executed).toMatchObject({ right: [{ revision: 2, event: { type: 'session.ended' } }] })
    expect(await clients.execute('client_1', endSession(T0 + MINUTE))).toEqual(E.right([]))
    expect(await clients.history('client_1')).toHaveLength(2)
  })

  it('answers refusals as values', async () => {
    const clients = inMemory()
    expect(await clients.execute('client_1', endSession(T0))).toEqual(
      E.left({ _tag: 'SessionNotFound', sessionId: 'sess_1' }),
    )
    const [command] = fc.sample(
      arbitraryCommands('client_2').filter(([first]) => first?.type === 'CreateSession'),
      1,
    )[0]!
    expect(await clients.execute('client_1', command!)).toEqual(E.left({ _tag: 'ClientMismatch' }))
  })

  it('by many at once loses no command, and does none twice', async () => {
    const store = openMemoryStore()
    const several = [1, 2, 3, 4].map(() => openClients({ store }))
    const executed = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        several[n % 4]!.execute('client_1', {
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
    expect(executed.filter(E.isRight)).toHaveLength(20)
    expect((await several[0]!.get('client_1'))?.sessions).toHaveLength(20)
  })

  it('ends at a signal', async () => {
    const wait = { signal: AbortSignal.abort(new Error('enough')) }
    await expect(inMemory().execute('client_1', endSession(T0), wait)).rejects.toThrow('enough')
  })
})

describe('listeners', () => {
  it('are told what was recorded, what was there, and which client reads otherwise', async () => {
    const clients = inMemory()
    const told: string[] = []
    clients.on('event.recorded', ({ revision }) => told.push(`recorded ${revision}`))
    clients.on('event.duplicate', ({ type }) => told.push(`duplicate ${type}`))
    clients.on('client.changed', ({ session_ids }, recorded) =>
      told.push(`changed to ${session_ids.join()} by ${recorded.length}`),
    )
    await clients.record([aSessionEvent({ status: 'removed', updated_at: T0 + MINUTE })])
    // It comes late, and changes nothing.
    await clients.record([aSessionEvent(), aSessionEvent()])
    await clients.record([aSessionEvent({ id: 'sess_2' })])
    expect(told).toEqual([
      'recorded 1',
      'changed to  by 1',
      'duplicate session.created',
      'recorded 2',
      'recorded 3',
      'changed to sess_2 by 1',
    ])
  })

  it('that throw harm nobody', async () => {
    const clients = inMemory()
    const told: unknown[] = []
    const boom = new Error('boom')
    clients.on('event.recorded', () => {
      throw boom
    })
    clients.on('event.recorded', () => Promise.reject(boom) as unknown as undefined)
    clients.on('event.recorded', ({ revision }) => told.push(revision))
    clients.on('listener.failed', (error) => {
      told.push(error)
      throw error
    })
    await clients.record(aSessionEvent())
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(told).toEqual([boom, 1, boom])
    expect(await clients.get('client_1')).not.toBeNull()
  })

  it('are told no more once they have ended it', async () => {
    const clients = inMemory()
    let told = 0
    const end = clients.on('event.recorded', () => (told += 1))
    await clients.record(aSessionEvent())
    end()
    await clients.record(aSessionEvent({ id: 'sess_2' }))
    expect(told).toBe(1)
  })
})
