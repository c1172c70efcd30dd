import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { openJetStreamStore } from '../../src/stores/jetstream/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { createSqlViewsEngine } from '../../src/views/sql/engine.js'
import { folderWith, until } from '../cli/given/folder.js'
import { describeWithNats } from '../stores/jetstream/given.js'
import { databaseOf, expectViewsOfFold, recordWork } from './workers-given.js'

/** Starts a worker in this process, and counts what it joins. */
const startWorker = (url: string, path: string) => {
  const ending = new AbortController()
  const state = { joined: 0 }
  const ended = (async () => {
    const store = await openJetStreamStore(url)
    const viewsStore = await openSqliteStore({ path })
    const clients = openClients({ store, viewsIn: databaseOf(viewsStore) })
    await clients.views.keepUp({
      signal: ending.signal,
      onJoined: (events) => (state.joined += events),
    })
    await clients.close()
    await viewsStore.close()
  })()
  return {
    joined: () => state.joined,
    stop: async () => {
      ending.abort()
      await ended
    },
  }
}

describeWithNats('workers on JetStream', (server) => {
  let count = 0
  const given = async () => {
    const url = server().url(`WORK_${(count += 1)}`)
    const path = join((await folderWith()).path, 'views.db')
    const store = await openJetStreamStore(url)
    const viewsStore = await openSqliteStore({ path })
    const database = databaseOf(viewsStore)
    const lag = () => openClients({ store, viewsIn: database }).views.lag()
    const caughtUp = () => until(async () => (await lag()) === 0)
    const close = async () => {
      await store.close()
      await viewsStore.close()
    }
    return { url, path, store, database, lag, caughtUp, close }
  }

  it('several share the events of a log, and the views become those of the plain fold', async () => {
    const { url, path, store, database, caughtUp, close } = await given()
    const workers = Array.from({ length: 3 }, () => startWorker(url, path))
    for (let start = 0; start < 1500; start += 100) await recordWork(store, start, start + 100, 60)
    await caughtUp()
    for (const { stop } of workers) await stop()
    const joined = workers.map((worker) => worker.joined())
    expect(joined.reduce((left, right) => left + right)).toBeGreaterThanOrEqual(1500)
    expect(joined.filter((events) => events > 0).length).toBeGreaterThan(1)
    await expectViewsOfFold(store, database)
    await close()
  })

  it('an erasure reaches the views, and nothing that was delivered before it comes back', async () => {
    const { url, path, store, database, caughtUp, close } = await given()
    await recordWork(store, 0, 600, 50)
    const worker = startWorker(url, path)
    await store.eraseUser('user_7')
    await recordWork(store, 600, 700, 50)
    await store.eraseClient('client_5')
    await caughtUp()
    await until(async () => {
      const { erasures } = await createSqlViewsEngine(database).progress()
      return erasures === (await store.erasures()).last
    })
    await worker.stop()
    await expectViewsOfFold(store, database)
    const clients = openClients({ store, viewsIn: database })
    expect((await clients.sessions({ clientId: 'client_5' })).totalCount).toBe(0)
    await close()
  })

  it('what views lost that were taken back is joined again, though it was acknowledged', async () => {
    const { url, path, store, database, lag, caughtUp, close } = await given()
    await recordWork(store, 0, 600, 50)
    let worker = startWorker(url, path)
    await caughtUp()
    await worker.stop()
    const tables = ['view_progress', 'view_clients', 'view_sessions']
    const run = (...texts: ReadonlyArray<string>) =>
      database.write(function* () {
        for (const text of texts) yield { text, isSilent: true }
      })
    await run(...tables.map((table) => `create table saved_${table} as select * from ${table}`))
    await recordWork(store, 600, 900, 50)
    worker = startWorker(url, path)
    await caughtUp()
    await worker.stop()
    // As after a power cut of a disk that lied, or a restore into the same file.
    await run(
      ...tables.flatMap((table) => [
        `delete from ${table}`,
        `insert into ${table} select * from saved_${table}`,
      ]),
    )
    expect(await lag()).toBe(100)
    worker = startWorker(url, path)
    await caughtUp()
    await worker.stop()
    await expectViewsOfFold(store, database)
    await close()
  })

  it('views that were rebuilt have another consumer, which begins at the start', async () => {
    const { url, path, store, database, caughtUp, close } = await given()
    await recordWork(store, 0, 500, 50)
    const worker = startWorker(url, path)
    await caughtUp()
    const engine = createSqlViewsEngine(database)
    await engine.reset(await engine.progress())
    await until(() => Promise.resolve(worker.joined() >= 1000))
    await caughtUp()
    await worker.stop()
    await expectViewsOfFold(store, database)
    await close()
  })
})
