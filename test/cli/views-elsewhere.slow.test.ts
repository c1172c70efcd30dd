import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openClients } from '../../src/clients/clients.js'
import { openPostgresStore } from '../../src/stores/postgres/index.js'
import { openSqliteStore } from '../../src/stores/sqlite/index.js'
import { eventText } from '../../src/events/encode-event.js'
import { aSessionEvent, DAY, T0 } from '../given.js'
import { logOf } from '../replay/log-bytes.js'
import { describeWithPostgres } from '../stores/postgres/given.js'
import { folderWith } from './given/folder.js'

const lineOf = (id: string): string =>
  eventText(aSessionEvent({ id, client_id: `client_${id}`, user_id: `user_${id}`, created_at: T0 }))

const COMPLETE = /^clients +2\nsessions +2\nevents behind +0\ndamaged +0\n$/

describeWithPostgres('views in a database of their own', (server) => {
  it.each([{ log: 'sqlite' }, { log: 'postgres' }])(
    'a log in $log has its views in the other database, which the commands and Clients keep up',
    async ({ log }) => {
      const folder = await folderWith({ log: logOf(lineOf('1'), lineOf('2')) })
      const sqliteUrl = `sqlite:${join(folder.path, 'one.db')}`
      const postgresUrl = server().url(await server().newDatabase())
      const [store, views] = log === 'sqlite' ? [sqliteUrl, postgresUrl] : [postgresUrl, sqliteUrl]
      const env = { CLIENTFOLD_STORE: store }
      const imported = await folder.run(['import', 'log', '--views', views], { env })
      expect(imported).toMatchObject({ code: 0, stderr: '' })
      expect((await folder.run(['views', 'status', '--views', views], { env })).stdout).toMatch(
        COMPLETE,
      )

      const open = (url: string) =>
        url === sqliteUrl
          ? openSqliteStore({ path: join(folder.path, 'one.db') })
          : openPostgresStore(url)
      const viewsStore = await open(views)
      const logStore = await open(store)
      if (viewsStore.sql === undefined) throw new Error('the store has no database')
      const clients = openClients({ store: logStore, viewsIn: viewsStore.sql })
      expect(await clients.views.lag()).toBe(0)
      await clients.record(aSessionEvent({ id: '3', client_id: 'client_3', created_at: T0 + DAY }))
      expect(await clients.views.lag()).toBe(1)
      const { data, totalCount } = await clients.list({ limit: 1 })
      expect([data[0]?.id, totalCount]).toEqual(['client_3', 3])
      expect(await clients.views.lag()).toBe(0)
      await clients.close()
      await viewsStore.close()

      const beside = await folder.run(['views', 'status'], { env })
      expect(beside.stdout).toMatch(/^clients +0\n/)
      await folder.run(['erase', '--client', 'client_3', '--scrub', '--views', views], { env })
      expect((await folder.run(['views', 'status', '--views', views], { env })).stdout).toMatch(
        COMPLETE,
      )
      const same = await folder.run(['views', 'status', '--views', store], { env })
      expect(same).toMatchObject({ code: 2, stdout: '' })
      expect(same.stderr).toContain('--views names the store itself')
    },
  )
})
