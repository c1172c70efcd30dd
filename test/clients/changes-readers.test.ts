import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent, DAY, T0 } from '../given.js'
import { aReader, aSession, storeFailingOnce } from './changes-given.js'

/** How often readers have called a method of a store. */
const counting = (store: EventStore) => {
  const calls = { logEnd: 0, erasures: 0, readAll: 0, readClient: 0 }
  const counted: EventStore = {
    ...store,
    logEnd: () => {
      calls.logEnd += 1
      return store.logEnd()
    },
    erasures: (after) => {
      calls.erasures += 1
      return store.erasures(after)
    },
    readAll: (from) => {
      calls.readAll += 1
      return store.readAll(from)
    },
    readClient: (...which) => {
      calls.readClient += 1
      return store.readClient(...which)
    },
  }
  return { store: counted, calls }
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30))

describe('readers of changes', () => {
  it.each([1, 20])('%i readers read a commit once, and what has changed once', async (count) => {
    const store = openMemoryStore()
    const writer = openClients({ store })
    const { store: counted, calls } = counting(store)
    const clients = openClients({ store: counted })
    const readers = await Promise.all(Array.from({ length: count }, () => aReader(clients)))
    await writer.record(aSession('sess_0'))
    await expect.poll(() => readers.every(({ changes }) => changes.length === 1)).toBe(true)
    await settled()
    const before = { ...calls }
    await writer.record([aSession('sess_1', 'client_2')])
    await expect.poll(() => readers.every(({ changes }) => changes.length === 2)).toBe(true)
    expect(calls.readAll - before.readAll).toBe(1)
    expect(calls.logEnd - before.logEnd).toBe(1)
    // These are read again where the readers need long.
    expect(calls.erasures - before.erasures).toBeLessThan(8)
    expect(calls.readClient - before.readClient).toBeLessThan(8)
  })

  it('nothing is read while no reader asks', async () => {
    const store = openMemoryStore()
    const writer = openClients({ store })
    const { store: counted, calls } = counting(store)
    const reader = await aReader(openClients({ store: counted }))
    await writer.record(aSession('sess_0'))
    await expect.poll(() => reader.changes.length).toBe(1)
    const goOn = reader.stand()
    await writer.record(aSession('sess_1'))
    await expect.poll(() => reader.changes.length).toBe(2)
    await settled()
    const before = { ...calls }
    for (let n = 2; n < 10; n++) await writer.record(aSession(`sess_${n}`))
    await settled()
    expect(calls).toEqual(before)
    goOn()
    await expect.poll(() => reader.sessionIds().length).toBe(10)
  })

  it('a reader that is thousands of events behind the others gets each of them, and then the same as they', async () => {
    const clients = openClients({ store: openMemoryStore() })
    const [slow, fast] = [await aReader(clients), await aReader(clients)]
    await clients.record(aSession('sess_first'))
    await expect.poll(() => [slow.changes.length, fast.changes.length]).toEqual([1, 1])
    const goOn = slow.stand()
    await clients.record(aSession('sess_stand'))
    await expect.poll(() => [slow.changes.length, fast.changes.length]).toEqual([2, 2])
    const ids = ['sess_first', 'sess_stand']
    for (let n = 0; n < 22; n++) {
      const batch = Array.from({ length: 100 }, (_, m) => `sess_${n}_${m}`)
      ids.push(...batch)
      await clients.record(batch.map((id, m) => aSession(id, `client_${m}`)))
      await expect.poll(() => fast.sessionIds().length, { interval: 2 }).toBe(ids.length)
    }
    expect(slow.changes).toHaveLength(2)
    goOn()
    await expect.poll(() => slow.sessionIds().length).toBe(ids.length)
    expect(new Set(slow.sessionIds())).toEqual(new Set(ids))
    await clients.record(aSession('sess_last'))
    await expect.poll(() => slow.sessionIds().at(-1)).toBe('sess_last')
  })

  it('a reader that begins while another one follows gets only what comes from then on', async () => {
    const clients = openClients({ store: openMemoryStore() })
    const first = await aReader(clients)
    await clients.record(aSession('sess_1', 'client_1'))
    await expect.poll(first.ids).toEqual(['client_1'])
    const second = await aReader(clients)
    await clients.record(aSession('sess_2', 'client_2'))
    await expect.poll(first.ids).toEqual(['client_1', 'client_2'])
    await expect.poll(second.ids).toEqual(['client_2'])
    const third = await aReader(clients, { after: first.changes[0]?.position })
    await expect.poll(third.ids).toEqual(['client_2'])
  })

  it('a reading that fails in the middle of a commit gives each of its clients', async () => {
    const { store, failing } = storeFailingOnce()
    const failures: unknown[] = []
    const reader = await aReader(openClients({ store: failing }), {
      onFailure: (failure) => failures.push(failure),
    })
    await openClients({ store }).record(
      ['client_1', 'client_2', 'client_3', 'client_4'].map((id) => aSession(`sess_${id}`, id)),
    )
    await expect
      .poll(() => new Set(reader.ids()))
      .toEqual(new Set(['client_1', 'client_2', 'client_3', 'client_4']))
    expect(failures).toHaveLength(1)
  })

  it('an event that says nothing new is no change, also for a client that is not in memory', async () => {
    const clients = openClients({ store: openMemoryStore() })
    await clients.record(aSessionEvent({ updated_at: T0 + 2 }))
    const reader = await aReader(clients)
    await clients.record(aSessionEvent({ updated_at: T0 + 1 }))
    await clients.record(aSession('sess_2', 'client_2'))
    await expect.poll(reader.ids).toEqual(['client_2'])
  })

  it('a compaction is no change, and a forgetting is one', async () => {
    const clients = openClients({ store: openMemoryStore(), now: () => T0 + DAY })
    const reader = await aReader(clients)
    const at = (status: 'active' | 'ended', updated_at: number) =>
      aSessionEvent({ id: 'sess_1', status, updated_at })
    await clients.record([at('active', T0), at('active', T0 + 1), at('ended', T0 + 2)])
    await expect.poll(() => reader.changes.length).toBe(1)
    expect((await clients.compact(Date.now() + DAY)).events).toBeGreaterThan(0)
    await clients.record(aSession('sess_2'))
    await expect.poll(() => reader.changes.length).toBe(2)
    await clients.forget(T0 + 3)
    await expect.poll(() => reader.changes.length).toBe(3)
    const [, second, third] = reader.changes
    expect(second?.events.map(({ event }) => event.data.id)).toEqual(['sess_2'])
    expect(third?.events).toEqual([])
    expect(third?.before?.session_ids).toEqual(['sess_1', 'sess_2'])
    expect(third?.client?.session_ids).toEqual(['sess_2'])
  })
})
