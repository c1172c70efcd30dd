import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import type { EventStore } from '../../src/event-store/event-store.js'
import { openJetStreamStore } from '../../src/stores/jetstream/index.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { folderWith, type Folder, type Started } from '../cli/given/folder.js'
import { describeWithNats } from '../stores/jetstream/given.js'
import type { NatsServer } from '../stores/jetstream/server.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { databaseOf, expectViewsOfFold, recordWork } from './workers-given.js'

/** `npm run test:crash` sets more. */
const KILLS = Number(process.env.CLIENTFOLD_WORKER_KILLS ?? 10)
const EVENTS = Number(process.env.CLIENTFOLD_WORKER_EVENTS ?? 5000)
const CLIENTS = Math.ceil(EVENTS / 10)
const WORKERS = KILLS > 10 ? 8 : 3

const PATIENCE_MS = 120_000 + KILLS * 5000 + EVENTS * 5

interface Worker extends Started {
  /** Resolves when the worker says that it works. */
  readonly working: Promise<void>
}

const startWorker = (folder: Folder, store: string, views: string): Worker => {
  const started = folder.start(
    ['project', '--store', store, '--views', views],
    undefined,
    PATIENCE_MS,
  )
  const working = new Promise<void>((resolve) => {
    started.child.stderr?.once('data', () => {
      resolve()
    })
  })
  return { ...started, working }
}

const indexBelow = (length: number): number => Math.floor(Math.random() * length)

/** Kills workers at random while events are recorded, and compares the views with a fold. */
const expectSameAfterKills = async (
  server: NatsServer,
  views: string,
  openViews: () => Promise<EventStore>,
): Promise<void> => {
  const folder = await folderWith()
  const url = server.url('CLIENTS')
  const store = await openJetStreamStore(url)
  const viewsStore = await openViews()
  const start = (): Worker => startWorker(folder, url, views)
  const workers = Array.from({ length: WORKERS }, start)
  const state = { isRecorded: false }
  const recording = recordWork(store, 0, EVENTS, CLIENTS).finally(() => (state.isRecorded = true))
  const { views: control } = openClients({ store, viewsIn: databaseOf(viewsStore) })
  let killed = 0
  let lagging = 0
  for (; killed < KILLS; killed++) {
    const [index, place] = [indexBelow(WORKERS), Math.random()]
    await workers[index]?.working
    await pause(place * 400)
    if ((await control.lag()) !== 0) lagging += 1
    const { child, ended } = workers[index] ?? start()
    child.kill('SIGKILL')
    expect((await ended).code).toBeNull()
    workers[index] = start()
    if (!state.isRecorded && killed === KILLS - 1) await recording
  }
  await recording
  await Promise.all(workers.map(({ working }) => working))

  // No worker is idle while events wait: each of them takes some of what comes now.
  const more = WORKERS * 500
  for (let from = EVENTS; from < EVENTS + more; from += 250) {
    await recordWork(store, from, from + 250, CLIENTS)
  }
  const deadline = performance.now() + 60_000
  while ((await control.lag()) !== 0 && performance.now() < deadline) await pause(100)
  expect(await control.lag()).toBe(0)
  for (const { child } of workers) child.kill('SIGTERM')
  const ends = await Promise.all(workers.map(({ ended }) => ended))
  const joined = ends.map(({ stderr }) => Number(/joined (\d+) events/.exec(stderr)?.[1]))
  expect(ends.map(({ code }) => code)).toEqual(workers.map(() => 0))
  expect(joined.filter((events) => !(events > 0))).toEqual([])
  await expectViewsOfFold(store, databaseOf(viewsStore))
  console.log(
    `${killed} kills of ${WORKERS} workers, ${lagging} of them while events waited; ` +
      `${EVENTS + more} events of ${CLIENTS} clients as in the fold; joined at last ${joined.join(', ')}`,
  )
  await store.close()
  await viewsStore.close()
}

describeWithNats('workers at kills, views in SQLite', (server) => {
  it(
    'views are those of the plain fold, and no worker is idle while others lag',
    async () => {
      const path = join((await folderWith()).path, 'views.db')
      await expectSameAfterKills(server(), `sqlite:${path}`, () => openSqliteStore({ path }))
    },
    PATIENCE_MS,
  )
})

describe('workers at kills, views in PostgreSQL', () => {
  describeWithPostgres('PostgreSQL', (postgres) => {
    describeWithNats('NATS', (server) => {
      it(
        'views are those of the plain fold, and no worker is idle while others lag',
        async () => {
          const views = postgres().url(await postgres().newDatabase())
          await expectSameAfterKills(server(), views, () => openPostgresStore(views))
        },
        PATIENCE_MS,
      )
    })
  })
})
