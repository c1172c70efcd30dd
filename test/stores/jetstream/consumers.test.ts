import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openClients } from '../../../src/clients/clients.js'
import { openJetStreamStore } from '../../../src/stores/jetstream/index.js'
import { openSqliteStore } from '../../../src/stores/sqlite/index.js'
import { folderWith } from '../../cli/given/folder.js'
import { aSessionEvent } from '../../given.js'
import { databaseOf, recordWork } from '../../views/workers-given.js'
import { describeWithNats } from './given.js'

describeWithNats('a shared consumer', (server) => {
  it('what is acknowledged ends before an event that is not, and that event comes again', async () => {
    const store = await openJetStreamStore(server().url('SHARED'))
    const { consumers } = store
    if (consumers === undefined) throw new Error('JetStream has consumers')
    await recordWork(store, 0, 2300, 30)
    const consumer = await consumers.open('by-hand', undefined)
    const onDamage = () => undefined
    const first = await consumer.next({ onDamage })
    const second = await consumer.next({ onDamage })
    await second.acknowledge()
    const start = await consumer.acknowledged()
    const [place] = first.events.map(({ position }) => position)
    expect(consumers.isAfter(place ?? '', start)).toBe(true)
    await first.release()
    const again = await consumer.next({ onDamage })
    expect(again.events.map(({ position }) => position)).toEqual(
      first.events.map(({ position }) => position),
    )
    await again.acknowledge()
    const end = await consumer.acknowledged()
    for (const { position } of [...first.events, ...second.events]) {
      expect(consumers.isAfter(position, end)).toBe(false)
    }
    await store.close()
  })

  it('a list of a process that has just recorded includes it, while workers lag or are away', async () => {
    const store = await openJetStreamStore(server().url('OWN'))
    const viewsStore = await openSqliteStore({ path: join((await folderWith()).path, 'views.db') })
    const database = databaseOf(viewsStore)
    const clients = openClients({ store, viewsIn: database })
    await clients.record(aSessionEvent({ client_id: 'client_own', id: 'sess_own' }))
    const { data } = await clients.list({ limit: 1 })
    expect(data[0]?.id).toBe('client_own')
    await clients.close()
    await viewsStore.close()
  })
})
