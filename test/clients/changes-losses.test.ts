import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { CorruptRecord } from '../../src/event-store/store-error.js'
import { openMemoryStore } from '../../src/stores/memory/open.js'
import { aSessionEvent } from '../given.js'
import { aReader, aSession, storeFailingOnce } from './changes-given.js'

const of = (user_id: string, id: string, client_id = 'client_1') =>
  aSessionEvent({ id, client_id, user_id })

describe('changes of what is lost', () => {
  it('an erased client keeps its id for a reader that has seen it, and has none for another one', async () => {
    const clients = openClients({ store: openMemoryStore() })
    const seen = await aReader(clients)
    await clients.record(aSession('sess_1'))
    await expect.poll(() => seen.changes.length).toBe(1)
    const other = await aReader(clients)
    await clients.eraseClient('client_1')
    await expect.poll(() => [seen.changes.length, other.changes.length]).toEqual([2, 1])
    expect(seen.changes[1]).toMatchObject({ clientId: 'client_1', client: null, events: [] })
    expect(seen.changes[1]?.before?.session_ids).toEqual(['sess_1'])
    expect(other.changes[0]).toMatchObject({ clientId: null, client: null, before: null })
    expect(other.changes[0]?.clientHash).toBe(seen.changes[1]?.clientHash)
  })

  it('a client that is erased while earlier changes are taken comes as erased only', async () => {
    const clients = openClients({ store: openMemoryStore() })
    const reader = await aReader(clients)
    await clients.record(aSession('sess_0', 'client_0'))
    await expect.poll(() => reader.changes.length).toBe(1)
    const goOn = reader.stand()
    const ids = ['client_1', 'client_2', 'client_3', 'client_4']
    await clients.record(ids.map((id) => aSession(`sess_${id}`, id)))
    await expect.poll(reader.ids).toEqual(['client_0', 'client_1'])
    await clients.eraseClient('client_2')
    await clients.eraseClient('client_4')
    // What the reader has read of the store is taken for present for some milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 40))
    goOn()
    await expect.poll(() => reader.changes.length).toBe(5)
    const about = (clientId: string) => reader.changes.filter((each) => each.clientId === clientId)
    expect(about('client_3')[0]?.events).toHaveLength(1)
    expect(about('client_2')).toMatchObject([{ client: null, events: [] }])
    // This one had not been read before it was erased, so its id is not known.
    expect(about('client_4')).toEqual([])
    expect(reader.sessionIds()).toEqual(['sess_0', 'sess_client_1', 'sess_client_3'])
  })

  it.each([1, 1000])(
    'what a client keeps comes, and what it loses while its change waits does not: %i states in memory',
    async (cachedStates) => {
      const clients = openClients({ store: openMemoryStore(), cachedStates })
      const reader = await aReader(clients)
      await clients.record([of('user_1', 'sess_1'), of('user_2', 'sess_2')])
      await expect.poll(() => reader.changes.length).toBe(1)
      const goOn = reader.stand()
      const others = ['client_0', 'client_3'].map((id) => aSession(`sess_${id}`, id))
      await clients.record([...others, of('user_2', 'sess_3'), of('user_1', 'sess_4')])
      await expect.poll(() => reader.changes.length).toBe(2)
      await clients.eraseUser('user_2')
      await new Promise((resolve) => setTimeout(resolve, 40))
      goOn()
      const ofClient = () => reader.changes.filter(({ clientId }) => clientId === 'client_1')
      const last = () => ofClient().at(-1)?.client?.session_ids
      await expect.poll(last).toEqual(['sess_1', 'sess_4'])
      expect(reader.sessionIds()).toContain('sess_4')
      expect(reader.sessionIds()).not.toContain('sess_3')
    },
  )

  it('a client that loses its newest events before they are read comes as it is then', async () => {
    const clients = openClients({ store: openMemoryStore(), cachedStates: 1 })
    const reader = await aReader(clients)
    await clients.record([of('user_1', 'sess_1'), of('user_2', 'sess_2')])
    await expect.poll(() => reader.changes.length).toBe(1)
    const goOn = reader.stand()
    const others = ['client_0', 'client_3'].map((id) => aSession(`sess_${id}`, id))
    await clients.record([...others, of('user_2', 'sess_3')])
    await expect.poll(() => reader.changes.length).toBe(2)
    await clients.eraseUser('user_2')
    goOn()
    const ofClient = () => reader.changes.filter(({ clientId }) => clientId === 'client_1')
    await expect.poll(() => ofClient().at(-1)?.client?.session_ids).toEqual(['sess_1'])
  })

  it('what was given before a failure is taken back from a reader when it is erased before the next try', async () => {
    const { store, failing } = storeFailingOnce()
    const writer = openClients({ store })
    const erasing: Array<Promise<number>> = []
    const reader = await aReader(openClients({ store: failing }), {
      onFailure: () => erasing.push(writer.eraseUser('user_2')),
    })
    await writer.record(of('user_1', 'sess_1'))
    await expect.poll(() => reader.changes.length).toBe(1)
    const others = ['client_2', 'client_3'].map((id) => aSession(`sess_${id}`, id))
    await writer.record([of('user_2', 'sess_2'), ...others])
    await expect.poll(reader.sessionIds).toContain('sess_client_3')
    await Promise.all(erasing)
    expect(reader.sessionIds()).toContain('sess_2')
    const ofClient = () => reader.changes.filter(({ clientId }) => clientId === 'client_1')
    await expect.poll(() => ofClient().at(-1)?.client?.session_ids).toEqual(['sess_1'])
  })

  it('an erasure does not come again after its position', async () => {
    const clients = openClients({ store: openMemoryStore() })
    const reader = await aReader(clients)
    await clients.record([aSession('sess_1'), aSession('sess_2', 'client_2')])
    await clients.eraseClient('client_1')
    await expect.poll(() => reader.changes.at(-1)?.client).toBeNull()
    const again = await aReader(clients, { after: reader.changes.at(-1)?.position })
    await clients.record(aSession('sess_3', 'client_2'))
    await expect.poll(again.ids).toEqual(['client_2'])
  })

  it('a damaged record is reported, and ends the reading of who does not ask for reports', async () => {
    const store = openMemoryStore()
    const damaged: EventStore = {
      ...store,
      readAll: (from) => {
        from?.onDamage?.(new CorruptRecord('1'))
        return store.readAll(from)
      },
    }
    const clients = openClients({ store: damaged })
    const damages: unknown[] = []
    const reader = await aReader(clients, { onDamage: (damage) => damages.push(damage) })
    await clients.record(aSession('sess_1'))
    await expect.poll(reader.ids).toEqual(['client_1'])
    expect(damages[0]).toBeInstanceOf(CorruptRecord)
    await expect(clients.changes()[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(
      CorruptRecord,
    )
  })

  it('a reader of a user hears of a client that the user used before, and of one that is erased', async () => {
    const clients = openClients({ store: openMemoryStore() })
    await clients.record([of('user_1', 'sess_1', 'client_1'), of('user_2', 'sess_2', 'client_2')])
    const reader = await aReader(clients, { userId: 'user_1' })
    await clients.record([of('user_2', 'sess_3', 'client_2'), of('user_2', 'sess_4', 'client_1')])
    await expect.poll(reader.ids).toEqual(['client_1'])
    await clients.eraseClient('client_2')
    await clients.eraseClient('client_1')
    await expect.poll(reader.ids).toEqual(['client_1', 'client_1'])
  })
})
